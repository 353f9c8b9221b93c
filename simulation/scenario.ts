import type { Happening } from "./happenings.ts";
import type { Policy } from "./oldestAllowed.ts";
import type { RotatingKind } from "./rotatingKinds.ts";

export interface Scenario {
  readonly kind: RotatingKind;
  readonly policy: Policy;
  /** How long each consumer goes on with a key that was replaced, in milliseconds. */
  readonly delays: readonly number[];
  /** In the order of their moments. */
  readonly happenings: readonly Happening[];
  /** In milliseconds. */
  readonly lasts: number;
}

/** When every scenario begins. */
export const BEGIN = Date.parse("2026-01-01T09:00:00Z");

/** Overlaps count by the clock of the clouds; this machine's is right where it is off by less than a minute. */
const RIGHT_MS = 60_000;

/**
 * How much of an overlap may be lost to consumers, in milliseconds: as far as a clock is off that counts as right, once at its
 * begin and once at its end, and as long as a run stood still, because an overlap begins when the new key works and not when
 * the run has told of it.
 */
export function unsureOverlap(happenings: readonly Happening[]): number {
  const sleeps = happenings.flatMap((each) =>
    each.what === "run" && each.interruption?.what === "asleep" ? [each.interruption.for] : [],
  );
  return 2 * RIGHT_MS + Math.max(0, ...sleeps);
}
