import type { ListedKey } from "../api/keyLists.ts";
import { hasTag } from "./ownerTag.ts";

/** Whoever uses a key this long after it was made has its secret: no interrupted run gave it to anybody. */
const IN_HAND_AFTER_MS = 60 * 60 * 1000;

/** What tells the orphans of a resource from its keys and from everybody else's. */
export interface OrphanSearch {
  readonly tags: readonly string[];
  readonly isKnown: (id: string) => boolean;
  /** Only keys that were made after this moment, in milliseconds by the clock of the server. */
  readonly after: number;
  /** Only keys that were made until this moment. */
  readonly until: number;
}

interface Orphans {
  readonly ids: readonly string[];
  /** Keys that would be orphans if nobody used them. */
  readonly inUse: readonly ListedKey[];
}

/** The keys that carry the tag of a resource and are in no state of it, so that nobody has their secret. */
export function findOrphans(listed: readonly ListedKey[], search: OrphanSearch): Orphans {
  const strays = listed.filter(
    ({ id, description, createdAt }) =>
      search.tags.some((tag) => hasTag(description, tag)) &&
      !search.isKnown(id) &&
      createdAt !== undefined &&
      Date.parse(createdAt) > search.after &&
      Date.parse(createdAt) <= search.until,
  );
  return {
    ids: strays.filter((key) => !isInUse(key)).map(({ id }) => id),
    inUse: strays.filter(isInUse),
  };
}

/** Whether somebody has its secret. */
export function isInUse({ createdAt, lastUsedAt }: Pick<ListedKey, "createdAt" | "lastUsedAt">): boolean {
  if (createdAt === undefined || lastUsedAt === undefined) return false;
  return Date.parse(lastUsedAt) - Date.parse(createdAt) >= IN_HAND_AFTER_MS;
}
