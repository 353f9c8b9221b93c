/** What can be owned: `sequence` grows with every creation and gives lists a stable order. */
interface Item {
  readonly id: string;
  readonly sequence: number;
}

/** Things found by id, by owner, and by another name of theirs, so that ten thousand of them stay quick to list. */
export function createOwnedItems<T extends Item>(
  ownerOf: (item: T) => string,
  nameOf: (item: T) => string = ({ id }) => id,
) {
  const byId = new Map<string, T>();
  const byName = new Map<string, T>();
  const byOwner = new Map<string, T[]>();
  const ownedBy = (owner: string): readonly T[] => byOwner.get(owner) ?? [];

  function remove(id: string): boolean {
    const item = byId.get(id);
    if (!item) return false;
    byId.delete(id);
    byName.delete(nameOf(item));
    byOwner.get(ownerOf(item))?.splice(countUpTo(ownedBy(ownerOf(item)), item.sequence) - 1, 1);
    return true;
  }

  return {
    /** Items are added in the order of their sequence. */
    add(item: T): T {
      byId.set(item.id, item);
      byName.set(nameOf(item), item);
      const owned = byOwner.get(ownerOf(item));
      if (owned) owned.push(item);
      else byOwner.set(ownerOf(item), [item]);
      return item;
    },
    get: (id: string): T | undefined => byId.get(id),
    has: (id: string): boolean => byId.has(id),
    named: (name: string): T | undefined => byName.get(name),
    /** In the order of creation. */
    values: (): MapIterator<T> => byId.values(),
    /** In the order of creation. */
    ownedBy,
    /** False where there is none of that id. */
    delete: remove,
    deleteOwnedBy(owner: string): void {
      for (const { id } of [...ownedBy(owner)]) remove(id);
    },
  };
}

/** So many of the items that come after that sequence, and whether there are more. */
export function itemsAfter<T extends { readonly sequence: number }>(
  items: readonly T[],
  sequence: number,
  size: number,
): { items: readonly T[]; more: boolean } {
  const start = countUpTo(items, sequence);
  return { items: items.slice(start, start + size), more: items.length > start + size };
}

/** How many items, which are in the order of their sequence, go up to this one. */
function countUpTo(items: readonly { readonly sequence: number }[], sequence: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((items[middle]?.sequence ?? 0) <= sequence) low = middle + 1;
    else high = middle;
  }
  return low;
}
