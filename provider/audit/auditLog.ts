import { Opaque } from "../opaque.ts";
import type { Ports } from "../ports.ts";
import { redact } from "../redact.ts";
import type { AuditEvent } from "./auditEvent.ts";
import { auditTarget, standardError, type Target } from "./target.ts";

/** Records what happens to keys. If a line cannot be delivered, the work continues. */
export class AuditLog extends Opaque {
  readonly #ports: Ports;
  #target: Target | undefined;

  /** Throws if the settings are wrong. */
  constructor(ports: Ports) {
    super();
    this.#ports = ports;
    this.#target = auditTarget(ports);
  }

  write(event: Omit<AuditEvent, "time">): void {
    if (!this.#target) return;
    const line = redact(JSON.stringify({ time: new Date(this.#ports.now()).toISOString(), ...event }));
    try {
      this.#target.write(line);
    } catch (error) {
      this.#giveUp(this.#target, error, [line]);
    }
  }

  /** Waits, for no longer than a delivery may take, until the target has every event. */
  async flush(): Promise<void> {
    const target = this.#target;
    try {
      await target?.flush();
    } catch (error) {
      // Several may have waited for the delivery that failed.
      if (target && target === this.#target) this.#giveUp(target, error, target.rest());
    }
  }

  /** If the target fails, no event is lost: the events of the rest of the run go to standard error. */
  #giveUp({ name }: Target, error: unknown, lines: readonly string[]): void {
    const { code = "unknown error" } = error as NodeJS.ErrnoException;
    this.#ports.warn(`audit events cannot go to ${name} (${code}); those of this run follow here.`);
    this.#target = standardError(this.#ports);
    for (const line of lines) this.#target.write(line);
  }
}
