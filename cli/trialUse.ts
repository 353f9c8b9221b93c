/** A use so soon is that of the run which made the key, and tried it. */
const TRIAL_MS = 60 * 1000;

/** Whether a key was used last when it was made, as far as its trial goes. Both in milliseconds since the epoch. */
export function isTrialUse(madeAt: number, usedAt: number): boolean {
  return Math.abs(usedAt - madeAt) <= TRIAL_MS;
}
