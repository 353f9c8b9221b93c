import type { Consistency } from "./consistency.ts";
import { createOwnedItems } from "./ownedItems.ts";
import type { Stored } from "./stored.ts";

interface Key extends Stored {
  readonly id: string;
}

/** A key which lists do not show yet, or show still. */
interface LateKey<T> {
  readonly key: T;
  readonly change: "created" | "deleted";
  readonly until: number;
}

/** The keys of one kind, with lists that may be late. */
export function createKeyCollection<T extends Key>({
  ownerOf,
  nameOf,
  now,
  consistency,
}: {
  readonly ownerOf: (key: T) => string;
  readonly nameOf?: (key: T) => string;
  readonly now: () => Date;
  /** As it is at present. */
  readonly consistency: () => Consistency;
}) {
  const keys = createOwnedItems(ownerOf, nameOf);
  let late: LateKey<T>[] = [];

  function noteLate(key: T, change: LateKey<T>["change"], since: Date, ms = 0): void {
    const until = since.getTime() + ms;
    if (now().getTime() < until) late.push({ key, change, until });
  }

  return {
    ...keys,

    add(key: T): T {
      noteLate(key, "created", key.createdAt, consistency().createsHiddenMs);
      return keys.add(key);
    },

    /** False where there is none of that id. */
    delete(id: string): boolean {
      const key = keys.get(id);
      if (key) noteLate(key, "deleted", now(), consistency().deletesShownMs);
      return keys.delete(id);
    },

    /** What a list of this owner's keys shows now, in the order of creation. */
    listedFor(owner: string): readonly T[] {
      late = late.filter(({ until }) => now().getTime() < until);
      const owned = keys.ownedBy(owner);
      if (late.length === 0) return owned;
      const ofChange = (wanted: LateKey<T>["change"]) =>
        late.filter(({ change }) => change === wanted).map(({ key }) => key);
      const hidden = new Set(ofChange("created"));
      const gone = ofChange("deleted").filter((key) => ownerOf(key) === owner);
      return [...owned, ...gone]
        .filter((key) => !hidden.has(key))
        .sort((one, other) => one.sequence - other.sequence);
    },
  };
}
