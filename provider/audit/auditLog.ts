import { Opaque } from "../opaque.ts";
import type { Ports } from "../ports.ts";
import { redact } from "../redact.ts";
import type { AuditEvent } from "./auditEvent.ts";
import { auditTarget, standardError, type Target } from "./target.ts";

/** Writes down what becomes of keys. Whatever happens to a line, the work goes on. */
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

  /** Waits, for no longer than a delivery may take, until what was written is where it belongs. */
  async flush(): Promise<void> {
    const target = this.#target;
    try {
      await target?.flush();
    } catch (error) {
      // Several may have waited for the delivery that failed.
      if (target && target === this.#target) this.#giveUp(target, error, target.rest());
    }
  }

  /** No event is lost with its target: those of the rest of the run go to standard error. */
  #giveUp({ name }: Target, error: unknown, lines: readonly string[]): void {
    const { code = "unknown error" } = error as NodeJS.ErrnoException;
    this.#ports.warn(`audit events cannot go to ${name} (${code}); those of this run follow here.`);
    this.#target = standardError(this.#ports);
    for (const line of lines) this.#target.write(line);
  }
}
