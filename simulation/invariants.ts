import { isDeepStrictEqual } from "node:util";
import type { LocalCredential } from "../local/iam/index.ts";

/** What there is at one moment. */
export interface Look {
  /** The keys of the resource, as the cloud has them. */
  readonly ours: readonly LocalCredential[];
  /** Every other key. */
  readonly foreign: readonly LocalCredential[];
  /** The keys of the resource, as the state names them. */
  readonly current: string | undefined;
  readonly previous: string | undefined;
  readonly abandoned: readonly string[];
}

/** A run, with what there was before and what there is after it. */
export interface ObservedRun {
  readonly before: Look;
  readonly after: Look;
  readonly error: Error | undefined;
  /** Whether there was a reason for an error. */
  readonly mayFail: boolean;
  /** Whether a person asked for a new key, and no run has made it yet. */
  readonly ordered: boolean;
  /** Whether a key that is replaced is to go on working. */
  readonly overlaps: boolean;
  /** Keys that are gone and of which the state cannot know that. */
  readonly goneUnseen: ReadonlySet<string>;
}

/** What must hold after any run, and does not after this one: a sentence for each. */
export function brokenBy(observed: ObservedRun): string[] {
  const { before, after, error, mayFail, ordered, overlaps, goneUnseen } = observed;
  const broken: string[] = [];
  const named = namedBy(after);
  const lost = (id: string | undefined) => id !== undefined && !goneUnseen.has(id) && !works(after, id);
  if (error && !mayFail) broken.push(`a run failed without a reason: ${error.message}`);
  if (!error && after.current === undefined) broken.push("a run succeeded and left no key");
  if (!error && ordered && after.current === before.current)
    broken.push("a new key was ordered, and a run succeeded without making one");
  if (lost(after.current)) broken.push(`the current key ${after.current} does not work`);
  if (overlaps && lost(before.current))
    broken.push(`key ${before.current}, which consumers hold, does not work any more`);
  if (!error && after.abandoned.length > 0)
    broken.push(`a run succeeded and left the useless ${after.abandoned}`);
  if (after.ours.length > 2 + after.abandoned.length) broken.push(`there are ${after.ours.length} keys`);
  for (const { id } of after.ours) if (!named.includes(id)) broken.push(`key ${id} is not in the state`);
  for (const id of error ? [] : named) {
    if (!goneUnseen.has(id) && !after.ours.some((key) => key.id === id))
      broken.push(`the state names key ${id}, which is gone`);
  }
  if (!isDeepStrictEqual(before.foreign, after.foreign)) broken.push("a foreign key was touched");
  return broken;
}

/** The ids of all keys that the state names. */
export function namedBy({ current, previous, abandoned }: Look): string[] {
  return [current, previous, ...abandoned].filter((id) => id !== undefined);
}

function works({ ours }: Look, id: string): boolean {
  return ours.some((key) => key.id === id && key.status !== "Inactive");
}
