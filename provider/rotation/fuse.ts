import { parseDuration } from "./duration.ts";
import type { RotationPolicy } from "./schedule.ts";

/** A window opens at least once a week. */
const LONGEST_WAIT_FOR_WINDOW = "7d";

/**
 * The age at which a key ends by itself. It is the age at which a pipeline that runs has retired the key, plus the
 * margin. In milliseconds.
 */
export function fuseAge({ every, window }: RotationPolicy, overlap: string, margin: string): number {
  const wait = window ? (window.maxDelay ?? LONGEST_WAIT_FOR_WINDOW) : "0s";
  return [every, wait, overlap, margin].reduce((sum, part) => sum + (parseDuration(part) ?? 0), 0);
}
