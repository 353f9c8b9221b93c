/** The calls that are being answered. */
export class OpenCalls {
  #open = 0;
  #whenNone: (() => void) | undefined;

  async during<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#open += 1;
    try {
      return await work();
    } finally {
      this.#open -= 1;
      // The answer is on its way after this turn.
      if (this.#open === 0) setImmediate(() => this.#open === 0 && this.#whenNone?.());
    }
  }

  /** Calls that once no call is open. */
  onceNone(whenNone: () => void): void {
    this.#whenNone = whenNone;
    if (this.#open === 0) whenNone();
  }
}
