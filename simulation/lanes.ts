import type { History, KeyLife, Stage } from "./history.ts";
import { whyNeverUsed } from "./neverUsed.ts";
import { bar, cross, text, tick } from "./svg.ts";
import { counted, momentText } from "./words.ts";

export const WIDTH = 1000;
export const RIGHT = WIDTH - 20;
export const TOP = 116;
const LEFT = 80;
const LANE = 20;
const BAR = 14;
/** Below the bar of a key there is one of these for each consumer. */
const STRIP = { lane: 5, bar: 3 };
/** What keeps the consumers of a key apart from the next key. */
const GAP = 4;
/** How wide a letter is, on the average. */
export const LETTER = 6.2;

/** The stages differ in height as well as in colour. */
export const HEIGHTS: Readonly<Record<Stage | "consumer", number>> = {
  current: BAR,
  previous: 10,
  inactive: 6,
  unused: 8,
  consumer: STRIP.bar,
};

/** Draws one lane below the other. */
export class Lanes {
  bottom = TOP;
  readonly #history: History;

  constructor(history: History) {
    this.#history = history;
  }

  x(at: number): number {
    const { from, to } = this.#history;
    return LEFT + ((at - from) / (to - from)) * (RIGHT - LEFT);
  }

  runs(): string[] {
    const middle = this.#next(LANE);
    const marks = this.#history.runs
      .filter(({ outcome }) => outcome !== "done")
      .map(({ at, outcome }) => tick(this.x(at), middle, outcome, `${momentText(at)}: ${outcome}`));
    return [label("runs", middle), ...marks];
  }

  key(key: KeyLife): string[] {
    const strips = this.#strips(key);
    const below = strips.length > 0 ? this.#history.consumers.length * STRIP.lane + GAP : 0;
    const middle = this.#next(LANE + below);
    return [
      label(`key ${key.number}`, middle),
      ...key.stays.map(({ stage, from, to }) => {
        const tip = `key ${key.number}, ${span(stage, from, to)}`;
        return bar(this.x(from), this.x(to), middle, HEIGHTS[stage], stage, tip);
      }),
      this.#uses(key, middle),
      ...strips.map((draw) => draw(middle)),
    ];
  }

  /** Makes room for a lane; gives the middle line of the bar in it. */
  #next(height: number): number {
    const middle = this.bottom + LANE / 2;
    this.bottom += height;
    return middle;
  }

  /** Which consumers hold the key, and the uses that were refused. */
  #strips({ number: key }: KeyLife): ((middle: number) => string)[] {
    const { consumers, refusals } = this.#history;
    const row = (middle: number, consumer: number) => middle + BAR / 2 + (consumer - 0.25) * STRIP.lane;
    return [
      ...consumers.flatMap(({ number, holds }) =>
        holds
          .filter((hold) => hold.key === key)
          .map(({ from, to }) => (middle: number) => {
            const tip = span(`consumer ${number} uses key ${key}`, from, to);
            return bar(this.x(from), this.x(to), row(middle, number), STRIP.bar, "consumer", tip);
          }),
      ),
      ...refusals
        .filter((refusal) => refusal.key === key)
        .map(({ at, consumer }) => (middle: number) => {
          const tip = `${momentText(at)}: consumer ${consumer} was refused with key ${key}`;
          return cross(this.x(at), row(middle, consumer), tip);
        }),
    ];
  }

  /** How often a key was used, or why never, beside its bar. */
  #uses(key: KeyLife, middle: number): string {
    const { uses, stays } = key;
    const words = uses > 0 ? counted(uses, "use") : `never used: ${whyNeverUsed(key, this.#history)}`;
    const [begin, end] = [
      Math.min(...stays.map(({ from }) => from)),
      Math.max(...stays.map(({ to }) => to)),
    ].map((at) => this.x(at)) as [number, number];
    return end + 8 + words.length * LETTER > RIGHT
      ? text(begin - 6, middle + 4, words, "faint end")
      : text(end + 8, middle + 4, words, "faint");
  }
}

function label(words: string, middle: number): string {
  return text(LEFT - 10, middle + 4, words, "end");
}

function span(what: string, from: number, to: number): string {
  return `${what} from ${momentText(from)} to ${momentText(to)}`;
}
