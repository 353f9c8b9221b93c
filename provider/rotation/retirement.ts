import { parseDuration } from "./duration.ts";

/** How a key that was replaced goes. */
export interface RetirementPolicy {
  /** How long it stays valid beside the key that replaced it. */
  readonly overlap: string;
  /** How long it stays inactive before it is deleted, where the API can make a key inactive. */
  readonly grace: string;
  /** A key that was used within this time stays; undefined where its use is not looked at. */
  readonly unlessUsedWithin?: string | undefined;
  /** Bring it back, and keep it. */
  readonly undo: boolean;
}

/** A key that was replaced, as far as its retirement is concerned. Moments in RFC 3339. */
export interface Retiring {
  readonly replacedAt: string;
  readonly inactiveSince?: string | undefined;
}

/** One run takes one step, so that whoever notices a step can stop the next. */
export type RetirementStep = "keep" | "deactivate" | "reactivate" | "delete";

/** A step that is yet to be taken. */
export interface ComingStep {
  readonly step: Exclude<RetirementStep, "keep">;
  /** From when on a run takes it, in milliseconds since the epoch. */
  readonly from: number;
}

/** Decides the next step of a key's retirement. */
export function retirementStep(
  retiring: Retiring,
  policy: RetirementPolicy,
  canDeactivate: boolean,
  now: number,
): RetirementStep {
  const coming = comingStep(retiring, policy, canDeactivate);
  return !coming || now < coming.from ? "keep" : coming.step;
}

/** The step that a key's retirement takes next, and from when on; undefined where the key is to stay. */
export function comingStep(
  { replacedAt, inactiveSince }: Retiring,
  { overlap, grace, undo }: RetirementPolicy,
  canDeactivate: boolean,
): ComingStep | undefined {
  if (undo)
    return inactiveSince === undefined ? undefined : { step: "reactivate", from: Number.NEGATIVE_INFINITY };
  const overlapEnds = after(replacedAt, overlap);
  if (!canDeactivate) return { step: "delete", from: overlapEnds };
  if (inactiveSince === undefined) return { step: "deactivate", from: overlapEnds };
  return { step: "delete", from: Math.max(overlapEnds, after(inactiveSince, grace)) };
}

function after(moment: string, duration: string): number {
  return Date.parse(moment) + (parseDuration(duration) ?? Number.POSITIVE_INFINITY);
}
