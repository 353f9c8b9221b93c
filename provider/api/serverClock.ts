import type { Ports } from "../ports.ts";
import { MINUTE_MS } from "./clockFault.ts";

/**
 * How far this machine's clock is ahead of the servers' (less than 0: behind), by the Date header of their last answer. Less than a
 * minute counts as nothing: an answer takes its time, and the header has whole seconds.
 */
export class ServerClock {
  readonly #ports: Ports;
  #aheadMs: number | undefined;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** Undefined before the first answer. */
  get aheadMs(): number | undefined {
    return this.#aheadMs;
  }

  /** Takes note of an answer that has just come. */
  heard(date: string | undefined): void {
    const aheadMs = this.#ports.now() - Date.parse(date ?? "");
    if (!Number.isNaN(aheadMs)) this.#aheadMs = Math.abs(aheadMs) < MINUTE_MS ? 0 : aheadMs;
  }
}
