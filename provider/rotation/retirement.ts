import { parseDuration } from "./duration.ts";

/** How long a key stays valid beside the next one if nothing else is said. */
export const DEFAULT_OVERLAP = "24h";

/** How a key that was replaced goes. */
export interface RetirementPolicy {
  /** How long it stays valid beside the key that replaced it. */
  readonly overlap: string;
  /** How long it stays inactive before it is deleted, where the API can make a key inactive. */
  readonly grace: string;
  /** A key that was used within this time stays; undefined if its use is not looked at. */
  readonly unlessUsedWithin?: string | undefined;
  /** It stays until the key that replaced it was used. */
  readonly onceCurrentUsed?: boolean | undefined;
  /** Bring it back, and keep it. */
  readonly undo: boolean;
}

/** A key that was replaced, as far as its retirement is concerned. Moments in RFC 3339. */
export interface Retiring {
  readonly replacedAt: string;
  readonly inactiveSince?: string | undefined;
}

/** When the two keys of a resource were last used, as the API tells it: in RFC 3339, undefined if they never were. */
export interface Uses {
  readonly previous: string | undefined;
  readonly current: string | undefined;
}

/** A run tries a new key right before that key becomes current, and clocks differ. */
export const LONGEST_TRIAL_MS = 10 * 60 * 1000;

/** An estimate of how late an API may show a use: neither cloud documents it. */
export const USE_TOLD_WITHIN = "4h";

/** Who needs a key whose overlap is over: a consumer, or everybody, if no use of the current one is visible yet. */
export function stillNeeded(
  { replacedAt }: Retiring,
  { unlessUsedWithin, onceCurrentUsed }: RetirementPolicy,
  uses: Uses,
  now: number,
): "used" | "currentUnused" | undefined {
  const unused = unlessUsedWithin === undefined ? undefined : parseDuration(unlessUsedWithin);
  if (unused !== undefined && now - Date.parse(uses.previous ?? "") <= unused) return "used";
  const isCurrentUsed = Date.parse(uses.current ?? "") > Date.parse(replacedAt) + LONGEST_TRIAL_MS;
  return onceCurrentUsed && !isCurrentUsed ? "currentUnused" : undefined;
}

/** One run takes one step, so that a person who notices a step can stop the next. */
export type RetirementStep = "keep" | "deactivate" | "reactivate" | "delete";

/** A step that is not taken yet. */
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

/** The step that a key's retirement takes next, and from when on; undefined if the key is to stay. */
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
