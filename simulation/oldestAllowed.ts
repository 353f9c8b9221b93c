import { parseDuration } from "../provider/rotation/duration.ts";
import type { RetirementPolicy } from "../provider/rotation/retirement.ts";
import type { RotationPolicy } from "../provider/rotation/schedule.ts";
import type { Ages } from "./history.ts";

export interface Policy {
  readonly rotate: RotationPolicy;
  readonly overlap: string;
  /** Of API keys alone. */
  readonly expiryMargin?: string | undefined;
  readonly retire: Pick<RetirementPolicy, "grace" | "unlessUsedWithin" | "onceCurrentUsed">;
}

/** What makes a step later than the policy alone would have it. In milliseconds. */
export interface Waits {
  /** The longest time from one run that succeeded to the next. */
  readonly gap: number;
  /** The same, between those that were in the window. */
  readonly windowGap: number;
  /** How far the clocks of two runs are apart at most. */
  readonly skew: number;
  /** How long a key is used after it was replaced. */
  readonly use: number;
  /** The longest time until a key that became current was used. */
  readonly firstUse: number;
  /** How many runs made a new key in the place of one that somebody deleted, and took no other step. */
  readonly detours: number;
}

/**
 * The greatest age that a key can reach. Each step is taken by the first run that finds it due, so it comes
 * up to one gap late; a gap lasts until the end of that run, which tries a new key for some seconds. A key that is due waits, besides, until the key before it is gone.
 */
export function oldestAllowed(
  { rotate, overlap, retire }: Policy,
  canDeactivate: boolean,
  { gap, windowGap, skew, use, firstUse, detours }: Waits,
): Ages {
  const used = retire.unlessUsedWithin === undefined ? 0 : use + ms(retire.unlessUsedWithin);
  const awaited = retire.onceCurrentUsed ? firstUse : 0;
  const ended = Math.max(ms(overlap), used, awaited) + skew + gap * (1 + detours);
  const gone = ended + (canDeactivate ? ms(retire.grace) + skew + gap : 0);
  const maxDelay = rotate.window?.maxDelay;
  // A jitter only makes a key younger.
  const lead = ms(rotate.lead ?? "0s");
  const late = Math.min(
    windowGap,
    maxDelay === undefined ? Number.POSITIVE_INFINITY : lead + ms(maxDelay) + gap,
  );
  const replaced = Math.max(ms(rotate.every) - lead + skew + late, gone);
  return { working: replaced + ended, existing: replaced + gone };
}

function ms(duration: string): number {
  return parseDuration(duration) ?? Number.POSITIVE_INFINITY;
}
