import { parseDuration } from "./duration.ts";
import { jitterOf } from "./jitter.ts";
import { isInWindow, nextOpening, type RotationWindow } from "./window.ts";

/** When a key is rotated by its age. */
export interface RotationPolicy {
  /** The age at which a key is due: "90d", "12h", "P90D". */
  readonly every: string;
  /** How long before that the key is due already: "7d". */
  readonly lead?: string | undefined;
  /** Up to how much earlier still, by a share that is each resource's own. */
  readonly jitter?: string | undefined;
  /** What that share is drawn from: whose key it is. */
  readonly seed?: string | undefined;
  readonly window?: RotationWindow | undefined;
  /** Never by age, for as long as this is true. */
  readonly paused?: boolean | undefined;
}

/** What the age of a key says. */
export interface AgeDecision {
  /** When the key is due, its lead and jitter counted in, in milliseconds since the epoch. */
  readonly rotatesAt: number;
  /** "wait": not due; "rotate": due; "paused" and "window": due, but held back. */
  readonly action: "wait" | "rotate" | "paused" | "window";
}

/** Decides only by age what to do now with a key that was made at `since`. A clock that was set back decides nothing. */
export function decideByAge(since: number, policy: RotationPolicy, now: number): AgeDecision {
  const rotatesAt = since + (parseDuration(policy.every) ?? Number.POSITIVE_INFINITY) - earlyBy(policy);
  return { rotatesAt, action: actionAt(rotatesAt, policy, now) };
}

function actionAt(rotatesAt: number, policy: RotationPolicy, now: number): AgeDecision["action"] {
  const { paused, window } = policy;
  if (now < rotatesAt) return "wait";
  if (paused) return "paused";
  if (!window || isInWindow(window, now)) return "rotate";
  const longest = longestDelay(window);
  return longest !== undefined && now - rotatesAt - earlyBy(policy) > longest ? "rotate" : "window";
}

/** When the wait of a key is over that was due at `rotatesAt` and waits for its window; undefined if it never is. */
export function waitsUntil(policy: RotationPolicy, rotatesAt: number, now: number): number | undefined {
  const { window } = policy;
  if (!window) return undefined;
  const [opening, longest] = [nextOpening(window, now), longestDelay(window)];
  if (longest === undefined) return opening;
  return Math.min(opening ?? Number.POSITIVE_INFINITY, rotatesAt + earlyBy(policy) + longest);
}

/** How long before the age of `every` the key is due. */
function earlyBy({ lead, jitter, seed = "" }: RotationPolicy): number {
  const early = lead === undefined ? 0 : (parseDuration(lead) ?? 0);
  return jitter === undefined ? early : early + jitterOf(jitter, seed);
}

function longestDelay({ maxDelay }: RotationWindow): number | undefined {
  return maxDelay === undefined ? undefined : parseDuration(maxDelay);
}
