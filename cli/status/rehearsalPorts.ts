import { Opaque } from "../../provider/opaque.ts";
import type { Ports } from "../../provider/ports.ts";

/** The ports of a rehearsal: it warns of nothing and accounts for nothing, because nothing is done. */
export class RehearsalPorts extends Opaque implements Ports {
  readonly #ports: Ports;
  readonly environment: Ports["environment"];
  // By itself it goes from hand to hand.
  readonly config: Ports["config"] = (name) =>
    name.startsWith("iam-keys:audit") ? undefined : this.#ports.config(name);

  constructor(ports: Ports) {
    super();
    this.#ports = ports;
    this.environment = Object.fromEntries(
      Object.entries(ports.environment).filter(([name]) => !name.startsWith("IAM_KEYS_AUDIT")),
    );
  }

  now(): number {
    return this.#ports.now();
  }

  sleep(milliseconds: number): Promise<void> {
    return this.#ports.sleep(milliseconds);
  }

  uuid(): string {
    return this.#ports.uuid();
  }

  machineVendor(): string | undefined {
    return this.#ports.machineVendor?.();
  }

  warn(): void {}

  print(): void {}
}
