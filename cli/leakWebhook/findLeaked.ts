import { ordersDone } from "../../provider/lifecycle/ordersDone.ts";
import { readStack } from "../../stack/readStack.ts";
import { type StoredResource, storedResources } from "../../stack/storedResource.ts";
import { type HeldKey, heldKeys, isLeaked } from "./heldKey.ts";
import type { Leak } from "./leakEvent.ts";
import { isOfLeak, orderFor } from "./order.ts";

/** A key of a stack that leaked, and what to do about it. */
export interface Found {
  readonly stack: string;
  readonly resource: string;
  readonly key: Pick<HeldKey, "id" | "is">;
  /** "": any run deletes it. Absent: it was replaced already, or no order can name its resource. */
  readonly order?: string | undefined;
  readonly isDone: boolean;
}

/** What came of the search for keys that leaked. */
export interface Search {
  readonly found: readonly Found[];
  /** How many of the leaks are of no key that was seen. */
  readonly unknown: number;
  /** Why not all keys were seen. */
  readonly unseen: readonly string[];
}

/** Looks for the keys that leaked in the states of these stacks. */
export async function findLeaked(
  leaks: readonly Leak[],
  stacks: readonly string[],
  cwd: string,
): Promise<Search> {
  const found: Found[] = [];
  const unseen: string[] = [];
  const known = new Set<Leak>();
  for (const stack of stacks) {
    const note = (why: unknown): undefined => {
      unseen.push(`${stack}: ${why instanceof Error ? why.message : why}`);
    };
    const read = await readStack({ stack, cwd, file: undefined }).catch(note);
    if (!read) continue;
    for (const why of [...read.notes, ...(read.behind ? [read.behind] : [])]) note(why);
    for (const resource of storedResources(read).resources) {
      // One that this version does not know keeps none of the others from being found.
      const leaked = await leakedOf(resource, leaks, known).catch(note);
      found.push(...(leaked ?? []).map((key) => ({ stack, ...key })));
    }
  }
  return { found, unknown: leaks.filter((leak) => !known.has(leak)).length, unseen };
}

/** The key of the resource that leaked, and notes which leaks are of it. */
async function leakedOf(
  resource: StoredResource,
  leaks: readonly Leak[],
  known: Set<Leak>,
): Promise<Omit<Found, "stack">[]> {
  const done = ordersDone(resource.outputs, "rotateNow");
  const leaked: Omit<Found, "stack">[] = [];
  for (const key of await heldKeys(resource)) {
    const own = leaks.filter((leak) => isLeaked(key, leak));
    for (const leak of own) known.add(leak);
    if (own.length > 0) leaked.push(matterOf(resource, key, done));
  }
  for (const leak of leaks) {
    // The state has that key no more, but the order that it was replaced by.
    if (known.has(leak) || !("id" in leak)) continue;
    const { id } = leak;
    if (!done.some((token) => isOfLeak(token, id))) continue;
    known.add(leak);
    leaked.push({ resource: resource.name, key: { id, is: "replaced" }, isDone: true });
  }
  // The order that replaces the current key deletes the previous one.
  const current = leaked.find(({ key }) => key.is === "current");
  return current ? [current] : leaked;
}

function matterOf({ name }: StoredResource, key: HeldKey, done: readonly string[]): Omit<Found, "stack"> {
  const { id, is } = key;
  const matter = { resource: name, key: { id, is } };
  if (is === "replaced") return { ...matter, order: "", isDone: false };
  // An older order replaced it before a person went back to it: it needs another.
  if (is === "previous" && isOfLeak(done.at(-1) ?? "", id)) return { ...matter, isDone: true };
  return { ...matter, order: orderFor(key, name, done), isDone: false };
}
