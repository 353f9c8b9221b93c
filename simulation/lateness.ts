import type { Consistency } from "../local/iam/index.ts";

/** How late the clouds' lists of keys are. */
export class Lateness {
  #consistency: Consistency = {};
  #until = 0;

  /** What was done before stays as late as it was to be. */
  become(consistency: Consistency, now: number): void {
    this.#until = Math.max(this.#until, now + longest(this.#consistency));
    this.#consistency = consistency;
  }

  /** Whether a list may not be what there is. */
  isStale(now: number): boolean {
    return now < this.#until || longest(this.#consistency) > 0;
  }

  /** Whether no list shows a key yet that was made at that moment. */
  hides(madeAt: number, now: number): boolean {
    return now - madeAt < (this.#consistency.createsHiddenMs ?? 0);
  }
}

function longest({ createsHiddenMs = 0, deletesShownMs = 0 }: Consistency): number {
  return Math.max(createsHiddenMs, deletesShownMs);
}
