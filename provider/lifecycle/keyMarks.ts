import type { Properties } from "../kinds/kind.ts";
import { firstMark, MARK, type Mark, parseMark } from "./mark.ts";
import { UNSETTLED } from "./unsettled.ts";

/** The marks of the keys of one resource: those that its state has, and that of the next key. */
export class KeyMarks {
  /** The mark of the newest key that the state has. */
  readonly newest: Mark | undefined;
  /** Whether it is unknown if the newest key was made. */
  readonly #isUnsettled: boolean;
  #holdsFirst = false;
  #next: Mark | undefined;

  /** @param outputs the resource as the state has it */
  constructor(outputs: Properties) {
    this.newest = parseMark(outputs[MARK]);
    this.#isUnsettled = outputs[UNSETTLED] === true;
  }

  /** Takes note of the mark of a key that the state has. */
  hold(mark: unknown): void {
    this.#holdsFirst ||= parseMark(mark)?.number === 1;
  }

  /**
   * The mark of the next key.
   *
   * @param uuid makes the instance of a resource that has none yet
   * @param hasTrial whether the description can show that a key that replaces another one is on trial
   */
  next(uuid: () => string, hasTrial: boolean): Mark {
    this.#next ??= this.newest
      ? { ...this.newest, number: this.newest.number + 1, onTrial: hasTrial }
      : firstMark(uuid());
    return this.#next;
  }

  /** Whether a key of that mark, which this process does not know, is proven to be nobody's. */
  isLost({ instance, number, onTrial }: Mark): boolean {
    const own = this.newest ?? this.#next;
    if (instance !== own?.instance) return false;
    if (onTrial || (this.#isUnsettled && number === this.newest?.number)) return true;
    // One process makes the first key of an instance, and hands out at most one key of that number.
    return number === 1 && (this.#holdsFirst || this.#next?.number === 1);
  }
}
