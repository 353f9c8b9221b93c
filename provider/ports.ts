import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { Opaque } from "./opaque.ts";
import { redact } from "./redact.ts";

/**
 * Everything the provider takes from the world around it, handed in so that a test can run a year in
 * seconds and put a fault anywhere.
 */
export interface Ports {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  uuid(): string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** A value of the stack's configuration by its full name ("yandex:token"), secrets unencrypted. */
  config(name: string): string | undefined;
  /** Who made this machine, as its firmware says; absent if nobody looks. */
  machineVendor?(): string | undefined;
  /** Says something to the person who reads the run; never a secret. */
  warn(message: string): void;
  /** The same if nothing is amiss. */
  tell(message: string): void;
  /** Writes a line for machines beside it; never a secret. */
  print(line: string): void;
}

/** The real clock, randomness, environment and standard error, with the given stack configuration. */
export class SystemPorts extends Opaque implements Ports {
  readonly environment = process.env;
  readonly config: Ports["config"];

  constructor(config: Ports["config"]) {
    super();
    this.config = config;
  }

  now(): number {
    return Date.now();
  }

  async sleep(milliseconds: number): Promise<void> {
    await delay(milliseconds);
  }

  uuid(): string {
    return randomUUID();
  }

  warn(message: string): void {
    // The engine shows the standard error of a provider process to the user.
    console.error(`warning: ${redact(message)}`);
  }

  tell(message: string): void {
    console.error(redact(message));
  }

  print(line: string): void {
    console.error(line);
  }

  /** What Linux reads from the DMI table. */
  machineVendor(): string | undefined {
    try {
      return readFileSync("/sys/class/dmi/id/sys_vendor", "utf8").trim();
    } catch {
      return undefined;
    }
  }
}
