import { parseRotateNow } from "../../provider/rotation/emergency.ts";
import type { HeldKey } from "./heldKey.ts";

/**
 * The order that replaces a key that leaked, the same each time for one key. Undefined if no order can name only this
 * resource.
 *
 * @param done the tokens of the orders that were carried out for the resource
 */
export function orderFor(
  { id }: Pick<HeldKey, "id">,
  resource: string,
  done: readonly string[],
): string | undefined {
  let token = tokenFor(id);
  // A key that is current again, by an order to go back, needs an order that was not carried out yet.
  while (done.includes(token)) token += AGAIN;
  const order = `${token}:${resource}`;
  const read = resource.includes("*") ? undefined : parseRotateNow(order);
  return read?.patterns.length === 1 && read.patterns[0] === resource ? order : undefined;
}

/** Whether an order with that token was one that replaced that key. */
export function isOfLeak(token: string, id: string): boolean {
  return token.replaceAll(AGAIN, "") === tokenFor(id);
}

const AGAIN = ".again";

function tokenFor(id: string): string {
  return `leak-${id}`;
}
