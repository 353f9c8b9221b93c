import type { Waits } from "./oldestAllowed.ts";
import { SECOND } from "./world.ts";

/** Measures, while a scenario is lived through, what made the steps of a key's life late. */
export class WaitsSeen {
  readonly #runs: Gaps;
  readonly #windowRuns: Gaps;
  readonly #skews = [0];
  #orders = 0;
  #detours = 0;

  constructor(begin: number) {
    this.#runs = new Gaps(begin);
    this.#windowRuns = new Gaps(begin);
  }

  /** A run succeeded. What it decided it decided as it began; what it did was done when it ended. */
  run(from: number, to: number, inWindow: boolean): void {
    this.#runs.close(from, to);
    if (inWindow) this.#windowRuns.close(from, to);
  }

  skew(by: number): void {
    this.#skews.push(by);
  }

  order(): void {
    this.#orders += 1;
  }

  detour(): void {
    this.#detours += 1;
  }

  /**
   * The waits of a scenario that ends at `now`, in which a key is used for so long after it was replaced, and the one
   * that replaced it so long after that for the first time.
   */
  by(now: number, use: number, firstUse: number): Waits {
    return {
      gap: this.#runs.longestBy(now),
      windowGap: this.#windowRuns.longestBy(now),
      // A key that is ordered counts as younger than the one before it by a second, whatever the clock says.
      skew: Math.max(...this.#skews) - Math.min(...this.#skews) + this.#orders * SECOND,
      use,
      firstUse,
      detours: this.#detours,
    };
  }
}

class Gaps {
  #longest = 0;
  #since: number;

  constructor(begin: number) {
    this.#since = begin;
  }

  close(from: number, to: number): void {
    this.#longest = this.longestBy(to);
    this.#since = from;
  }

  longestBy(now: number): number {
    return Math.max(this.#longest, now - this.#since);
  }
}
