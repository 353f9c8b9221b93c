import type { KeyStatus } from "./keyStatus.ts";

/** How pressing a key is: "soon" is what is due, or expires, within the time that somebody asked for. */
export type Urgency = "overdue" | "soon" | "none";

/** @param within in milliseconds */
export function urgencyOf(
  { isOverdue, dueAt, expiresAt }: Pick<KeyStatus, "isOverdue" | "dueAt" | "expiresAt">,
  now: number,
  within: number | undefined,
): Urgency {
  if (isOverdue) return "overdue";
  const isSoon =
    within !== undefined && [dueAt, expiresAt].some((at) => at !== undefined && at <= now + within);
  return isSoon ? "soon" : "none";
}
