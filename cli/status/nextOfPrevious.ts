import type { PreviousKey } from "../../provider/lifecycle/rotatingState.ts";
import type { RetirementPolicy, RetirementStep } from "../../provider/rotation/retirement.ts";
import type { Use } from "../apiView.ts";
import type { Next } from "./keyStatus.ts";
import type { Rehearsal } from "./rehearsal.ts";

/** What the next run does to a key that was replaced, whose retirement asks for that step. */
export function nextOfPrevious(
  { id, inactiveSince }: PreviousKey,
  step: RetirementStep,
  { unlessUsedWithin, undo }: RetirementPolicy,
  { does, acts, failure }: Rehearsal,
  use: Use,
): Next {
  const looksAtUse = unlessUsedWithin !== undefined && inactiveSince === undefined && !use.known;
  const unless = looksAtUse ? `, unless it was used within ${unlessUsedWithin}` : "";
  switch (acts.find((act) => act.id === id)?.what) {
    case "delete":
      if (does === "replace")
        return { action: "delete", reason: "replaced", text: "delete: the resource is replaced" };
      if (step !== "delete")
        return {
          action: "delete",
          reason: "makesRoom",
          text: "delete at once, to make room for an ordered key",
        };
      return inactiveSince === undefined
        ? { action: "delete", reason: "overlapOver", text: `delete: its overlap is over${unless}` }
        : { action: "delete", reason: "graceOver", text: "delete: it was inactive for its grace" };
    case "deactivate":
      return {
        action: "deactivate",
        reason: "overlapOver",
        text: `make inactive: its overlap is over${unless}`,
      };
    case "reactivate":
      return { action: "reactivate", reason: "undo", text: 'make active again: retire is "undo"' };
    case "spare":
      return { action: "hold", reason: "ownCredential", text: "kept: the run authenticates with it" };
  }
  if (step === "keep")
    return undo
      ? { action: "none", reason: "undo", text: 'nothing: retire is "undo"' }
      : { action: "none", text: "nothing" };
  if (failure !== undefined)
    return { action: "fail", reason: "refused", text: `the run fails before that: ${failure}` };
  return { action: "hold", reason: "inUse", text: `kept: it was used within ${unlessUsedWithin}` };
}
