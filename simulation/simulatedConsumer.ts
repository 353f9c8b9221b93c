import type { HeldKey } from "../provider/lifecycle/rotatingState.ts";

/** A program that uses the stack's key, and picks up a new one late. */
export class SimulatedConsumer {
  readonly delay: number;
  readonly holds: { readonly id: string; readonly from: number }[] = [];
  #key: HeldKey | undefined;
  #changesAt: number | undefined;

  constructor(delay: number) {
    this.delay = delay;
  }

  get key(): HeldKey | undefined {
    return this.#key;
  }

  /** Whether it would use that key now. */
  needs(id: string, now: number): boolean {
    return this.#key?.id === id && !(this.#changesAt !== undefined && this.#changesAt <= now);
  }

  /** A run has ended at `now` and left this key as the current one. */
  notice(current: HeldKey | undefined, now: number): void {
    if (!current || current.id === this.#key?.id) return;
    // The first key is handed over before there is anything to use it.
    this.#changesAt ??= this.#key ? now + this.delay : now;
    this.catchUp(current, now);
  }

  /** Picks up the key that is current by `now`, where the time for that has come. */
  catchUp(current: HeldKey | undefined, now: number): void {
    if (this.#changesAt === undefined || this.#changesAt > now || !current) return;
    this.#key = current;
    this.holds.push({ id: current.id, from: Math.max(this.#changesAt, Date.parse(current.createdAt)) });
    this.#changesAt = undefined;
  }
}
