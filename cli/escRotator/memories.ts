import type { Properties } from "../../provider/kinds/kind.ts";
import { MARK, parseMark } from "../../provider/lifecycle/mark.ts";
import type { HeldKey } from "../../provider/lifecycle/rotatingState.ts";
import { Opaque } from "../../provider/opaque.ts";
import type { HandedOut } from "./laterAnswers.ts";

/** How long the same request gets the same answer, because the first answer may have been lost on its way. */
const REPEATED_WITHIN_MS = 15 * 60 * 1000;

interface Answered {
  readonly bodyHash: string;
  readonly answer: Properties;
  readonly current: HeldKey;
  readonly at: number;
}

/** What the rotator remembers of one rotation of one environment. */
export interface Memory {
  /** Settles when no call is at work. */
  last: Promise<unknown>;
  /** How many calls are at work or wait. */
  inLine: number;
  answered?: Answered | undefined;
  /** The keys that were handed out lately, which a list of the cloud may not show yet. */
  handedOut: readonly (HandedOut & { readonly at: number })[];
  /** Keys of no use that could not be deleted. After a rotation that failed, no state has them. */
  abandoned?: readonly string[] | undefined;
}

/** The memories of all rotations, by their owners. */
export class Memories extends Opaque {
  readonly #memories = new Map<string, Memory>();

  /** The memory of that owner, which is kept once somebody waits in its line. */
  of(owner: string): Memory {
    return this.#memories.get(owner) ?? { last: Promise.resolve(), inLine: 0, handedOut: [] };
  }

  keep(owner: string, memory: Memory): void {
    this.#memories.set(owner, memory);
  }

  /** Forgets what is too old for anybody to ask for again. */
  forgetBefore(now: number): void {
    const oldest = now - REPEATED_WITHIN_MS;
    for (const [owner, memory] of this.#memories) {
      if (memory.answered && memory.answered.at < oldest) memory.answered = undefined;
      memory.handedOut = memory.handedOut.filter(({ at }) => at >= oldest);
      const { answered, handedOut, abandoned, inLine } = memory;
      if (!answered && handedOut.length === 0 && !abandoned && inLine === 0) this.#memories.delete(owner);
    }
  }
}

/** Remembers an answer, and the key that it hands out. */
export function rememberAnswer(
  memory: Memory,
  bodyHash: string,
  answer: Properties,
  current: HeldKey,
  at: number,
): void {
  memory.answered = { bodyHash, answer, current, at };
  const mark = parseMark(current[MARK]);
  if (!mark) return;
  const { id, createdAt } = current;
  memory.handedOut = [...memory.handedOut, { id, createdAt, mark, at }];
}
