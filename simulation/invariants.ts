import type { LocalCredential } from "../local/iam/index.ts";
import { parseMark } from "../provider/lifecycle/mark.ts";
import { readTag } from "../provider/lifecycle/ownerTag.ts";

const LONGEST_TRIAL_MS = 10 * 60 * 1000;

/** What there is at one moment. */
export interface Look {
  /** The keys of the resource, as the cloud has them. */
  readonly ours: readonly LocalCredential[];
  /** The keys of the resource, as the state names them. */
  readonly current: string | undefined;
  readonly previous: string | undefined;
  readonly abandoned: readonly string[];
  readonly mark: string | undefined;
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
  /** Keys that are gone or inactive, and of which the state cannot know that. */
  readonly goneUnseen: ReadonlySet<string>;
  /** What the run warned of, and what the state has under `leftovers`. */
  readonly said: string;
  /** Keys that were left over where a run was cut off, nobody could look what came of it, or a state was put back. */
  readonly leftOver: ReadonlySet<string>;
  /** Whether the run looked at all keys of the account, and the cloud showed it them as they are. */
  readonly sawAll: boolean;
}

/** What must hold after any run, and does not after this one: a sentence for each. */
export function brokenBy(observed: ObservedRun): string[] {
  const { before, after, error, mayFail, ordered, overlaps, goneUnseen, said, leftOver, sawAll } = observed;
  const broken: string[] = [];
  const named = namedBy(after);
  const isTold = (id: string) => said.includes(id);
  const lost = (id: string | undefined) => id !== undefined && !goneUnseen.has(id) && !works(after, id);
  if (error && !mayFail) broken.push(`a run failed without a reason: ${error.message}`);
  if (!error && after.current === undefined) broken.push("a run succeeded and left no key");
  if (!error && ordered && after.current === before.current)
    broken.push("a new key was ordered, and a run succeeded without making one");
  if (lost(after.current)) broken.push(`the current key ${after.current} does not work`);
  if (overlaps && lost(before.current))
    broken.push(`key ${before.current}, which consumers hold, does not work any more`);
  for (const id of error ? [] : after.abandoned)
    if (!isTold(id)) broken.push(`a run succeeded, left the useless ${id}, and did not say so`);
  for (const key of after.ours) {
    if (named.includes(key.id)) continue;
    if (!leftOver.has(key.id)) broken.push(`key ${key.id} is not in the state`);
    else if (sawAll && isOnTrial(key, after.mark))
      broken.push(`key ${key.id} is nobody's and is still there`);
    else if (sawAll && !isTold(key.id) && !isInUse(key))
      broken.push(`key ${key.id} is not in the state, and nobody is told`);
  }
  for (const id of error ? [] : named) {
    if (!goneUnseen.has(id) && !isTold(id) && !after.ours.some((key) => key.id === id))
      broken.push(`the state names key ${id}, which is gone`);
  }
  return broken;
}

/** The name of whoever is not a program. */
export const PERSON = "a person";

/** What became of a key that was there before, at one request. */
export interface Touch {
  /** Whose run it was, or `PERSON`. */
  readonly by: string;
  readonly key: string;
  readonly maker: string;
  readonly how: "deleted" | "made inactive" | "made active" | "described anew";
  /** Whose states have it as the current key. */
  readonly currentOf: readonly string[];
  /** The consumers that hold it, and have not had the overlap yet to change over. */
  readonly consumers: readonly number[];
  /**
   * What the program or a person asked for: "previous": a new key at once, whatever becomes of the one on its way out;
   * "current": that no key goes on when there is a newer one, or none at all; "reactivation": that an inactive one goes on.
   */
  readonly asked: readonly ("previous" | "current" | "reactivation")[];
}

/** What no request may do to a key, and this one did: a sentence for each. */
export function wrongIn({ by, key, maker, how, currentOf, consumers, asked }: Touch): string[] {
  if (by === PERSON) return [];
  const wrong: string[] = [];
  const did = `${by}: key ${key} was ${how}`;
  if (maker !== by) wrong.push(`${did}, which ${maker} made`);
  if (how === "made active" && !asked.includes("reactivation")) wrong.push(`${did}, which nobody asked for`);
  if (how !== "deleted" && how !== "made inactive") return wrong;
  for (const other of currentOf)
    if (other !== by || !asked.includes("current"))
      wrong.push(`${did}, which the state of ${other} has as its current key`);
  if (consumers.length > 0 && !asked.includes("previous") && !asked.includes("current"))
    wrong.push(`${did}, which consumer ${consumers.join(" and ")} needs`);
  return wrong;
}

/** The ids of all keys that the state names. */
export function namedBy({ current, previous, abandoned }: Look): string[] {
  return [current, previous, ...abandoned].filter((id) => id !== undefined);
}

/** Whether it is a key of that resource which no run has handed out. */
function isOnTrial({ description = "" }: LocalCredential, mark: string | undefined): boolean {
  const own = readTag(description)?.mark;
  return own?.onTrial === true && own.instance === parseMark(mark)?.instance;
}

/** An AWS key, which carries no name, is somebody's where it was used after the run that made it. */
function isInUse({ status, createdAt, lastUsedAt = createdAt }: LocalCredential): boolean {
  return status !== undefined && Date.parse(lastUsedAt) - Date.parse(createdAt) > LONGEST_TRIAL_MS;
}

function works({ ours }: Look, id: string): boolean {
  return ours.some((key) => key.id === id && key.status !== "Inactive");
}
