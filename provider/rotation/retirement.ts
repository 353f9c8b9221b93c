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

/** Decides the next step of a key's retirement. */
export function retirementStep(
  { replacedAt, inactiveSince }: Retiring,
  { overlap, grace, undo }: RetirementPolicy,
  canDeactivate: boolean,
  now: number,
): RetirementStep {
  if (undo) return inactiveSince === undefined ? "keep" : "reactivate";
  if (now < after(replacedAt, overlap)) return "keep";
  if (!canDeactivate) return "delete";
  if (inactiveSince === undefined) return "deactivate";
  return now < after(inactiveSince, grace) ? "keep" : "delete";
}

function after(moment: string, duration: string): number {
  return Date.parse(moment) + (parseDuration(duration) ?? Number.POSITIVE_INFINITY);
}
