import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { IamKeysError } from "../errors.ts";
import { type Ports, SystemPorts } from "../ports.ts";
import type { EngineLog } from "./engineLog.ts";
import type { Wording } from "./wording.ts";

/** A call of the engine that is being answered. */
interface Call {
  readonly urn: string;
  /** When it must be over, in milliseconds since the epoch. */
  readonly deadline: number | undefined;
  /** Messages that are on their way to the engine. */
  readonly said: Promise<void>[];
}

const calls = new AsyncLocalStorage<Call>();

/** The real world, as the plugin's process has it; what is said stands under the resource that the call is about. */
export class EnginePorts extends SystemPorts {
  readonly #engine: EngineLog;
  readonly #wording: Wording;
  readonly #cancelled: AbortSignal;

  constructor(config: Ports["config"], engine: EngineLog, wording: Wording, cancelled: AbortSignal) {
    super(config);
    this.#engine = engine;
    this.#wording = wording;
    this.#cancelled = cancelled;
  }

  /**
   * Does the work of a call about that resource. All that it says has arrived when this resolves.
   *
   * @param seconds how long it may wait; 0: without limit
   */
  async during<Result>(urn: string, seconds: number, work: () => Promise<Result>): Promise<Result> {
    const call: Call = { urn, deadline: seconds > 0 ? this.now() + seconds * 1000 : undefined, said: [] };
    try {
      return await calls.run(call, work);
    } finally {
      await Promise.all(call.said);
    }
  }

  override warn(message: string): void {
    this.#say("warning", message);
  }

  override tell(message: string): void {
    this.#say("info", message);
  }

  /** A timeout or a cancelled run only ends the waiting. What was sent is finished. */
  override async sleep(milliseconds: number): Promise<void> {
    const deadline = calls.getStore()?.deadline;
    if (deadline !== undefined && this.now() + milliseconds > deadline) {
      throw new IamKeysError("TIMEOUT", "The time that customTimeouts gives is over.");
    }
    await delay(milliseconds, undefined, { signal: this.#cancelled }).catch(() => {
      throw new IamKeysError("CANCELLED", "The run was cancelled in the meantime.");
    });
  }

  #say(severity: "info" | "warning", message: string): void {
    const call = calls.getStore();
    const sent = this.#engine.log(severity, this.#wording(message), call?.urn ?? "");
    call?.said.push(sent);
  }
}
