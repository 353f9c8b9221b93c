import type { ListedKey } from "../api/keyLists.ts";
import { trailingTag } from "./ownerTag.ts";

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
  const tagged = byTag(listed);
  const strays = search.tags
    .flatMap((tag) => tagged.get(tag) ?? [])
    .filter(
      ({ id, createdAt }) =>
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

/** Every resource of an account looks for its own keys in one list, so that is sorted once. */
const sorted = new WeakMap<readonly ListedKey[], ReadonlyMap<string, readonly ListedKey[]>>();

function byTag(listed: readonly ListedKey[]): ReadonlyMap<string, readonly ListedKey[]> {
  const known = sorted.get(listed);
  if (known) return known;
  const tagged = Map.groupBy(listed, ({ description }) => trailingTag(description) ?? "");
  sorted.set(listed, tagged);
  return tagged;
}

/** Whether somebody has its secret. */
export function isInUse({ createdAt, lastUsedAt }: Pick<ListedKey, "createdAt" | "lastUsedAt">): boolean {
  if (createdAt === undefined || lastUsedAt === undefined) return false;
  return Date.parse(lastUsedAt) - Date.parse(createdAt) >= IN_HAND_AFTER_MS;
}
