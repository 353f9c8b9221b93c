import type { ListedKey } from "../api/keyLists.ts";
import type { Mark } from "./mark.ts";
import { type ReadTag, readTag } from "./ownerTag.ts";

/** How to tell a resource's keys that are in no state from those that it has, and from everybody else's. */
export interface KeySearch {
  /** The names in its tags. */
  readonly names: readonly string[];
  readonly isKnown: (id: string) => boolean;
  /** Whether every unknown key of that mark is proven to be nobody's. */
  readonly isLost: (mark: Mark) => boolean;
}

/** The keys that carry the name of a resource and that nobody here knows. */
export interface FoundKeys {
  /** Proven to be nobody's: no run ever handed them out. */
  readonly lost: readonly ListedKey[];
  /** They may be somebody's: they stay, and a person decides. */
  readonly leftovers: readonly ListedKey[];
}

export function findKeys(listed: readonly ListedKey[], { names, isKnown, isLost }: KeySearch): FoundKeys {
  const tagged = byName(listed);
  const unknown = names.flatMap((name) => tagged.get(name) ?? []).filter(({ key }) => !isKnown(key.id));
  const sorted = Map.groupBy(unknown, ({ mark }) => mark !== undefined && isLost(mark));
  const keysOf = (lost: boolean) => (sorted.get(lost) ?? []).map(({ key }) => key);
  return { lost: keysOf(true), leftovers: keysOf(false) };
}

interface TaggedKey extends ReadTag {
  readonly key: ListedKey;
}

/** Every resource of an account looks for its own keys in one list, so that list is sorted once. */
const indexed = new WeakMap<readonly ListedKey[], ReadonlyMap<string, readonly TaggedKey[]>>();

function byName(listed: readonly ListedKey[]): ReadonlyMap<string, readonly TaggedKey[]> {
  const known = indexed.get(listed);
  if (known) return known;
  const tagged = Map.groupBy(
    listed.flatMap((key) => {
      const tag = readTag(key.description);
      return tag ? [{ key, ...tag }] : [];
    }),
    ({ name }) => name,
  );
  indexed.set(listed, tagged);
  return tagged;
}
