import type { HeldRequest, LocalIam } from "../local/iam/index.ts";

/** Has somebody look at requests, each once it was carried out and before its caller hears of that. */
export class RequestWatch {
  readonly #iam: LocalIam;
  readonly #look: () => Promise<void>;

  constructor(iam: LocalIam, look: () => Promise<void>) {
    this.#iam = iam;
    this.#look = look;
    void this.#watch();
  }

  /** From now on, until the faults are cleared; a request for which a fault was planned before is not looked at. */
  begin(): void {
    this.#iam.fail({ operation: "*", times: Number.POSITIVE_INFINITY, fault: { pause: "after" } });
  }

  async #watch(): Promise<void> {
    for (;;) {
      const held = await this.#iam.held().catch(() => undefined);
      if (!held) return;
      void this.#meet(held);
    }
  }

  async #meet(held: HeldRequest): Promise<void> {
    try {
      await this.#look();
    } finally {
      held.release();
    }
  }
}
