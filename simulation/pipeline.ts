import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { FaultAt, Happening } from "./happenings.ts";

/** A pipeline that runs a stack, and the consumers of the stack's key. Times in milliseconds. */
export interface Pipeline {
  readonly lasts: number;
  readonly runEvery: number;
  /** The share of the runs that do not take place. */
  readonly missed: number;
  /** The share of the runs in which the cloud's API fails. */
  readonly failing: number;
  readonly consumers: number;
  readonly seed: number;
}

const STEPS: readonly FaultAt["at"][] = ["create", "verify", "delete", "deactivate"];
const WAYS: readonly FaultAt["how"][] = ["denied", "lost", "withoutSecret", "neverWorks"];

/** What happens: the same for the same pipeline. Each consumer uses its key once between two runs. */
export function happeningsOf(pipeline: Pipeline): Happening[] {
  const { lasts, runEvery, missed, failing, consumers, seed } = pipeline;
  const random = xoroshiro128plus(seed);
  const oneOf = <Item>(items: readonly Item[]) => items[uniformInt(random, 0, items.length - 1)] as Item;
  const happenings: Happening[] = [];
  for (let at = 0; at < lasts; at += runEvery) {
    // All is drawn for each run, so that another share of missed runs leaves the rest as it was.
    const [missing, faulty] = [uniformFloat64(random) < missed, uniformFloat64(random) < failing];
    const [step, how, outage] = [oneOf(STEPS), oneOf(WAYS), uniformFloat64(random) < 0.5];
    const fault: FaultAt = { at: outage ? "any" : step, how };
    // Without a first run that succeeds there is nothing to look at.
    if (at > 0 && missing) happenings.push({ at, what: "missedRun" });
    else happenings.push({ at, what: "run", fault: at > 0 && faulty ? fault : undefined });
    const uses = Array.from({ length: consumers }, (_, consumer) => ({
      at: at + uniformInt(random, 1, Math.max(1, runEvery - 1)),
      what: "use" as const,
      consumer,
    }));
    happenings.push(...uses.filter((use) => use.at < lasts).sort((a, b) => a.at - b.at));
  }
  return happenings;
}

/** Each consumer's delay: they spread evenly up to the longest, which the last one has. */
export function delaysOf(longest: number, consumers: number): number[] {
  return Array.from({ length: consumers }, (_, index) => Math.round((longest * (index + 1)) / consumers));
}
