/** The calls that are being answered. */
export class OpenCalls {
  #open = 0;
  #whenNone: (() => void) | undefined;

  get any(): boolean {
    return this.#open > 0;
  }

  async during(work: () => Promise<void>): Promise<void> {
    this.#open += 1;
    await work();
    this.#open -= 1;
    if (!this.any) this.#whenNone?.();
  }

  /** Runs the function once, when the last of them is over. */
  onceNone(whenNone: () => void): void {
    this.#whenNone = whenNone;
  }
}
