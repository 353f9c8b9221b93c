import type { Properties } from "../kinds/kind.ts";
import type { Decision } from "../rotation/decision.ts";
import { parseDuration } from "../rotation/duration.ts";
import { isAskedFor, type OldKey, type Outlook, type Reason } from "../rotation/outlook.ts";
import type { RetirementStep } from "../rotation/retirement.ts";
import { policyOutlook } from "./keyDecision.ts";
import type { Revert } from "./revertOrder.ts";
import { retirementPolicy } from "./rotatingInputs.ts";
import type { RotatingResource } from "./rotatingResource.ts";
import type { HeldKey, PreviousKey, RotatingState } from "./rotatingState.ts";

/** What the run will do about the key in use of a rotating resource. */
export function rotatingOutlook(
  { kind, session }: RotatingResource,
  outputs: Properties,
  inputs: Properties,
  {
    replaces,
    revert,
    decision: { reasons, held },
    step,
  }: {
    readonly replaces: readonly string[];
    readonly revert: Revert | undefined;
    readonly decision: Decision;
    /** What the previous key's retirement asks for. */
    readonly step: RetirementStep | undefined;
  },
): Outlook | undefined {
  const { current, previous } = outputs as RotatingState;
  const old = current && oldKey(current, inputs, session.ports.now());
  if (revert) return { what: "revert", token: revert.token, id: revert.previous.id, old };
  if (replaces.length > 0) {
    const replaced = current && ({ id: current.id, fate: "replaced" } as const);
    return { what: "newKey", reasons: [{ because: "changed", inputs: replaces }], old: replaced };
  }
  if (reasons.length === 0) return held ? { what: "held", held } : policyOutlook(kind, outputs, inputs);
  if (current && previous && !isAskedFor(reasons) && step !== "delete")
    return heldByPrevious(previous, reasons);
  return { what: "newKey", reasons, old };
}

/** A key is due, but stays until the previous one is gone. */
export function heldByPrevious(previous: PreviousKey, reasons: readonly Reason[]): Outlook {
  return { what: "held", held: { by: "previous", previousId: previous.id, reasons } };
}

function oldKey({ id, status }: HeldKey, inputs: Properties, now: number): OldKey {
  return { id, isInactive: status === "Inactive", fate: fateOfCurrent(inputs, now) };
}

/** What happens to the current key when a new one takes over. */
function fateOfCurrent(inputs: Properties, now: number): OldKey["fate"] {
  const { overlap, undo, unlessUsedWithin, onceCurrentUsed } = retirementPolicy(inputs);
  const overlapMs = parseDuration(overlap);
  if (undo || overlapMs === undefined) return "kept";
  if (overlapMs === 0) return "cutOff";
  const orLonger = unlessUsedWithin !== undefined || onceCurrentUsed === true;
  return { keepsWorkingUntil: now + overlapMs, orLonger };
}
