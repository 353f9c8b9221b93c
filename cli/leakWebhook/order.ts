import { parseRotateNow } from "../../provider/rotation/emergency.ts";
import type { HeldKey } from "./heldKey.ts";

/**
 * The order that replaces a key that leaked, the same each time for one key. Undefined if no order can name only this
 * resource.
 *
 * @param lastOrder the token of the last order that was carried out for the resource
 */
export function orderFor(
  { id }: Pick<HeldKey, "id">,
  resource: string,
  lastOrder: unknown,
): string | undefined {
  const token = tokenFor(id);
  // A key that is current again, by an order to go back, needs an order that was not carried out yet.
  const order = `${lastOrder === token ? `${token}${AGAIN}` : token}:${resource}`;
  const read = resource.includes("*") ? undefined : parseRotateNow(order);
  return read?.patterns.length === 1 && read.patterns[0] === resource ? order : undefined;
}

/** Whether the last order that was carried out for a resource was one that replaced that key. */
export function hasReplaced(lastOrder: unknown, id: string): boolean {
  return lastOrder === tokenFor(id) || lastOrder === tokenFor(id) + AGAIN;
}

const AGAIN = ".again";

function tokenFor(id: string): string {
  return `leak-${id}`;
}
