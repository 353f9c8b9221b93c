import { isOrdered, parseRotateNow } from "../../provider/rotation/emergency.ts";
import { EXIT } from "../exitCodes.ts";
import type { Failure } from "./failure.ts";
import type { Options } from "./options.ts";
import type { StackFacts } from "./stackFacts.ts";

/** What a run leaves for a person, whether it went well or has failed. */
export function openMatters(
  { keys, pendingCreates }: StackFacts,
  warnings: readonly string[],
  { order: orderText, overdueMs }: Pick<Options, "order" | "overdueMs">,
  now: number,
  hasFailed: boolean,
): Failure[] {
  const all = [...keys.values()];
  const interrupted = pendingCreates.map(({ name }) => name);
  const overdue = all.filter(({ rotatesAt = "" }) => now - Date.parse(rotatesAt) > overdueMs);
  const unread = warnings.find((each) => each.includes("stays, because this run authenticates with it"));
  const order = orderText === undefined ? undefined : parseRotateNow(orderText);
  const ordered = order ? all.filter(({ name }) => isOrdered(order, name)) : [];
  // A run that failed may not have come to it, and says so by itself.
  const left = hasFailed ? [] : ordered.filter(({ orders }) => order && !orders.includes(order.token));
  return [
    ...matter(
      order !== undefined && ordered.length === 0,
      "ORDER_UNMATCHED",
      `The order ${orderText} matches no key.`,
      `Order again with one of: ${all
        .map(({ name }) => name)
        .sort()
        .join(", ")}.`,
    ),
    ...matter(
      left.length > 0,
      "ORDER_LEFT",
      `The order ${orderText} was not carried out for ${left.map(({ name }) => name).join(", ")}.`,
      "See what the run says about them. A provider with settings of its own needs the order there.",
    ),
    ...matter(
      interrupted.length > 0,
      "PENDING_CREATE",
      `A run was killed while it made ${interrupted.join(", ")}: the outcome is unknown.`,
      "Delete what it made, then: pulumi refresh --clear-pending-creates.",
    ),
    ...matter(
      unread !== undefined,
      "OWN_KEY_UNREAD",
      `The run still signs with its previous key: ${unread}.`,
      "Set yandex:serviceAccountKeyFile to the file that the program writes.",
    ),
    ...matter(
      overdue.length > 0,
      "OVERDUE",
      `Due for too long: ${overdue.map(({ name, rotatesAt }) => `${name} since ${rotatesAt}`).join(", ")}.`,
      "See what holds it back: rotate.paused, rotate.window, rotate.group, --max-rotations, --apart, or failing runs.",
    ),
  ];
}

function matter(isOpen: boolean, code: string, what: string, advice: string): Failure[] {
  return isOpen ? [{ code, what, advice, exitCode: EXIT.person }] : [];
}
