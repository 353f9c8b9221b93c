import { once } from "node:events";
import { createInterface, type Interface } from "node:readline/promises";

/** Whether there is somebody who can be asked. */
export function canAsk(): boolean {
  return process.stdin.isTTY && process.stdout.isTTY;
}

/** Asks a person, in a terminal. */
export class Dialogue {
  readonly #terminal: Interface;
  readonly #ended: Promise<undefined>;

  constructor() {
    this.#terminal = createInterface({ input: process.stdin, output: process.stdout });
    this.#ended = once(this.#terminal, "close").then(() => undefined);
  }

  /** What was answered; undefined if the input has ended, and with it all answers. */
  async ask(question: string): Promise<string | undefined> {
    // If the input ends, the question fails, or its answer never comes.
    const answer = await Promise.race([
      this.#terminal.question(question).catch(() => undefined),
      this.#ended,
    ]);
    return answer?.trim();
  }

  /** Whether a person has agreed; one who ends the input has not. */
  async agrees(question: string): Promise<boolean> {
    return /^y(es)?$/i.test((await this.ask(`${question} y/N `)) ?? "");
  }

  close(): void {
    this.#terminal.close();
  }
}
