import type { PreviousKey } from "../../provider/lifecycle/rotatingState.ts";
import {
  keptByUseText,
  retirementText,
  revertReason,
  supersededText,
} from "../../provider/rotation/outlook.ts";
import type { RetirementPolicy, RetirementStep } from "../../provider/rotation/retirement.ts";
import type { Use } from "../apiView.ts";
import type { Next } from "./keyStatus.ts";
import type { Rehearsal } from "./rehearsal.ts";

/** What the next run does to a key that was replaced, whose retirement asks for that step. */
export function nextOfPrevious(
  previous: PreviousKey,
  step: RetirementStep,
  policy: RetirementPolicy,
  { does, acts, outlook, failure }: Rehearsal,
  use: Use,
  makesRoom: boolean,
): Next {
  // Its retirement, whatever its step, is over with that.
  if (outlook?.what === "revert" && failure === undefined)
    return { action: "revert", reason: "ordered", text: `current again: ${revertReason(outlook.token)}` };
  const unless = use.known ? {} : policy;
  const act = acts.find(({ id }) => id === previous.id)?.what;
  switch (act) {
    case "delete":
      if (does === "replace")
        return { action: "delete", reason: "replaced", text: "deleted: the resource is replaced" };
      if (step !== "delete")
        return { action: "delete", reason: "makesRoom", text: supersededText(makesRoom) };
      return {
        action: "delete",
        reason: previous.inactiveSince === undefined ? "overlapOver" : "graceOver",
        text: retirementText("delete", previous, unless),
      };
    case "deactivate":
      return {
        action: "deactivate",
        reason: "overlapOver",
        text: retirementText(act, previous, unless),
      };
    case "reactivate":
      return { action: "reactivate", reason: "undo", text: retirementText(act, previous, unless) };
    case "spare":
      return { action: "hold", reason: "ownCredential", text: "kept: the run authenticates with it" };
  }
  if (step === "keep")
    return policy.undo
      ? { action: "none", reason: "undo", text: 'nothing: retire is "undo"' }
      : { action: "none", text: "nothing" };
  if (failure !== undefined)
    return { action: "fail", reason: "refused", text: `the run fails before that: ${failure}` };
  return { action: "hold", reason: "inUse", text: `kept: ${keptByUseText(policy)}` };
}
