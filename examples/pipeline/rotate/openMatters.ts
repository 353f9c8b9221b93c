import type { Failure } from "./failure.ts";
import type { Options } from "./options.ts";
import type { StackFacts } from "./stackFacts.ts";

/** What a run that went well leaves for a person, and what one that failed has failed for too long. */
export function openMatters(
  { keys, pendingCreates }: StackFacts,
  warnings: readonly string[],
  { order, overdueMs }: Pick<Options, "order" | "overdueMs">,
  now: number,
): Failure[] {
  const all = [...keys.values()];
  const interrupted = pendingCreates.map(({ name }) => name);
  const overdue = all.filter(({ rotatesAt = "" }) => now - Date.parse(rotatesAt) > overdueMs);
  const unread = warnings.find((each) => each.includes("stays, because this run authenticates with it"));
  const [token] = order?.split(":") ?? [];
  return [
    ...matter(
      order !== undefined && !all.some((key) => key.order === token),
      "ORDER_UNMATCHED",
      `No key has a name that the order ${order} fits.`,
      `Order again, with one of: ${all
        .map(({ name }) => name)
        .sort()
        .join(", ")}.`,
    ),
    ...matter(
      interrupted.length > 0,
      "PENDING_CREATE",
      `A run was killed while it made ${interrupted.join(", ")}, and nobody knows whether it did.`,
      "Delete what it made, then: pulumi refresh --clear-pending-creates.",
    ),
    ...matter(
      unread !== undefined,
      "OWN_KEY_UNREAD",
      `The run still uses the key before its own current one: ${unread}.`,
      "Let yandex:serviceAccountKeyFile name the file that the program writes.",
    ),
    ...matter(
      overdue.length > 0,
      "OVERDUE",
      `Due for too long: ${overdue.map(({ name, rotatesAt }) => `${name} since ${rotatesAt}`).join(", ")}.`,
      "See what holds it: rotate.paused, rotate.window, or why the runs fail.",
    ),
  ];
}

function matter(isOpen: boolean, code: string, what: string, advice: string): Failure[] {
  return isOpen ? [{ code, what, advice, needsPerson: true }] : [];
}
