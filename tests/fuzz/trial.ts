import fc from "fast-check";
import type { Door } from "./doors.ts";
import { holds } from "./holds.ts";

/** An input for which it does not hold, as small as it could be made. */
export interface Fault {
  readonly door: string;
  readonly seed: number;
  /** As JSON; undefined where it is too deep for that: the seed gives it again. */
  readonly input: string | undefined;
  readonly why: string;
}

/** Tries so many inputs of a door; the fault that was found, if any. */
export async function tryDoor(door: Door, seed: number, runs: number): Promise<Fault | undefined> {
  const property = fc.asyncProperty(door.inputs, (input) => holds(door, input));
  const found = await fc.check(property, { seed, numRuns: runs });
  if (!found.failed) return undefined;
  const { errorInstance: error } = found;
  const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { door: door.name, seed, input: textOf(found.counterexample?.[0]), why };
}

function textOf(input: unknown): string | undefined {
  try {
    return JSON.stringify(input);
  } catch {
    return undefined;
  }
}
