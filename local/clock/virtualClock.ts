/** A stretch of time on the virtual clock: from `real` on it shows `virtual`, and runs `rate` times as fast. */
export interface ClockSegment {
  readonly real: number;
  readonly virtual: number;
  readonly rate: number;
}

export function virtualTime({ real, virtual, rate }: ClockSegment, now: number): number {
  return virtual + (now - real) * rate;
}

/** The clock of one server and the provider processes that call it. It never goes back. */
export class VirtualClock {
  #segment: ClockSegment;

  /** @param start what it shows first, in milliseconds; absent: the real time */
  constructor(start = Date.now()) {
    this.#segment = { real: Date.now(), virtual: start, rate: 1 };
  }

  get segment(): ClockSegment {
    return this.#segment;
  }

  now = (): Date => new Date(virtualTime(this.#segment, Date.now()));

  setRate(rate: number): void {
    this.#begin(0, rate);
  }

  advance(milliseconds: number): void {
    this.#begin(milliseconds, this.#segment.rate);
  }

  #begin(ahead: number, rate: number): void {
    const real = Date.now();
    this.#segment = { real, virtual: virtualTime(this.#segment, real) + ahead, rate };
  }
}
