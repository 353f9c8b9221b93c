import type { LocalCredential } from "../../local/iam/index.ts";
import type { OperationName } from "./operations.ts";
import type { HeldKeys } from "./stackFiles.ts";
import type { ProgramSettings, RESOURCES } from "./stackProgram.ts";
import { markOf } from "./tags.ts";
import type { KeyChange, Seen } from "./watch.ts";

/** A run, and what was seen of it. */
export interface WatchedRun {
  readonly command: string;
  /** What the case is about: what was asked for, in this run or an earlier one of it. */
  readonly operation: OperationName;
  /** Whether a fault struck it. */
  readonly isStruck: boolean;
  readonly settings: ProgramSettings;
  /** The keys that are none of the stack's. */
  readonly foreign: ReadonlySet<string>;
  readonly output: string;
  readonly seen: Seen;
}

/** Gives what breaks it, in words. */
export type Invariant = (run: WatchedRun) => readonly string[];

/** The kinds whose keys no service takes that all of them have the right to. */
const UNTRIED: readonly string[] = ["yandex:ApiKey", "yandex:OAuthClientSecret"];

const OVERLAP_MS = 24 * 60 * 60 * 1000;

/** What must hold at every moment of every run, whatever goes wrong. */
const INVARIANTS: Readonly<Record<string, Invariant>> = {
  "a key that the state holds as current stays, except where the run is to destroy it": (run) =>
    endings(run)
      .filter(({ key, held }) => {
        const isCurrent = ({ keys }: HeldKeys) =>
          keys.some(({ id, isCurrent, isPending }) => id === key.id && isCurrent && !isPending);
        return run.command !== "destroy" && held.every(isCurrent);
      })
      .map(inWords),

  "a key that a consumer holds stays, except where the run is to destroy it": (run) =>
    endings(run)
      .filter(({ key, consumed }) => run.command !== "destroy" && consumed.has(key.id))
      .map(inWords),

  "a previous key stays until its overlap is over, except where a person orders another one": (run) =>
    endings(run)
      .filter(({ key, held, at }) => {
        const isInOverlap = ({ keys }: HeldKeys) =>
          keys.some(
            ({ id, isCurrent, key: { replacedAt } }) =>
              id === key.id && !isCurrent && at < Date.parse(String(replacedAt)) + OVERLAP_MS,
          );
        return run.command !== "destroy" && run.operation !== "rotate" && held.every(isInOverlap);
      })
      .map(inWords),

  "an order ends the previous key only when there is a newer one that was tried, as far as it could be; on AWS, which has room for two, before":
    (run) =>
      endings(run)
        .filter(({ key, held, live }) => {
          const current = held[0]?.keys.find(
            ({ resource, isCurrent }) => isCurrent && isOther(held, key, resource),
          );
          if (run.command === "destroy" || run.operation !== "rotate" || !current) return false;
          if (key.kind === "aws:AccessKey") return false;
          const made = new Set(run.seen.made.map(({ id }) => id));
          return !live.some(
            ({ id, owner, lastUsedAt, kind }) =>
              owner === key.owner &&
              made.has(id) &&
              (lastUsedAt !== undefined || UNTRIED.includes(kind) || isToldUntried(run, id)),
          );
        })
        .map(inWords),

  "a key that is none of the stack's stays as it is": (run) =>
    run.seen.changes.filter(({ key }) => run.foreign.has(key.id)).map(inWords),

  "a key that is in no state is deleted only where that proves that nobody has it": (run) =>
    deletions(run)
      .filter(({ key, held }) => {
        const isKnown = held.some(({ named }) => named.has(key.id));
        const isOwn = run.seen.made.some(({ id }) => id === key.id);
        return !isKnown && !isOwn && !held.some((each) => isProvenLost(key, each));
      })
      .map(inWords),

  "what was delivered stays readable until its key is gone": (run) =>
    run.seen.withdrawals
      .filter(({ liveKey }) => liveKey !== undefined)
      .map(({ versionId, liveKey }) => `the version ${versionId} went while its key ${liveKey} was there`),

  "a key that somebody made inactive stays so, where the program does not say otherwise": (run) =>
    run.seen.changes
      .filter(({ what, key, held }) => {
        const isByRun = held.some(({ keys }) =>
          keys.some(({ id, key: { inactiveSince } }) => id === key.id && inactiveSince !== undefined),
        );
        return what === "made active" && run.settings.status === "unsaid" && !isByRun;
      })
      .map(inWords),

  "a consumer gets no key that was not tried, or whose trial is not over": (run) =>
    run.seen.handOuts
      .filter(({ key }) => {
        if (!key || UNTRIED.includes(key.kind)) return false;
        const isUntried = key.lastUsedAt === undefined && key.status !== "Inactive";
        return (isUntried && !isToldUntried(run, key.id)) || markOf(key)?.onTrial === true;
      })
      .map(({ resource, id }) => `the consumer of ${resource} got ${id}`),

  "a run without a fault makes one key for a resource at most": (run) => {
    const made = Object.values(run.settings.accounts).filter(
      (account) =>
        run.seen.made.filter(({ owner, id }) => owner === account && !run.foreign.has(id)).length > 1,
    );
    return run.isStruck ? [] : made.map((account) => `it made several for ${account}`);
  },
};

/** What breaks the invariants, each with its sentence. */
export function brokenInvariants(run: WatchedRun): string[] {
  return Object.entries(INVARIANTS).flatMap(([sentence, invariant]) =>
    invariant(run).map((wrong) => `${sentence}; but ${wrong}`),
  );
}

/** Where nobody answers who could say whether a key works, it is handed out, and the run says so. */
const isToldUntried = ({ output }: WatchedRun, id: string) => output.includes(`key ${id} could not be tried`);

const deletions = ({ seen }: WatchedRun) => seen.changes.filter(({ what }) => what === "deleted");

/** Deleted, or made inactive though the program does not say so. */
function endings({ seen, settings }: WatchedRun): readonly KeyChange[] {
  return seen.changes.filter(
    ({ what }) => what === "deleted" || (what === "made inactive" && settings.status !== "Inactive"),
  );
}

function inWords({ what, key, at }: KeyChange): string {
  const mark = key.description === undefined ? "" : ` "${key.description}"`;
  return `${key.kind} ${key.id}${mark} of ${key.owner} was ${what} at ${new Date(at).toISOString()}`;
}

/** Whether the key is the previous one of the resource. */
function isOther(held: readonly HeldKeys[], key: LocalCredential, resource: keyof typeof RESOURCES): boolean {
  return held.every(({ keys }) =>
    keys.some((each) => each.resource === resource && !each.isCurrent && each.id === key.id),
  );
}

/** Whether the mark of a key says that no run ever handed it out, by what the state holds. */
function isProvenLost(key: LocalCredential, { keys, unsettled }: HeldKeys): boolean {
  const mark = markOf(key);
  if (!mark) return false;
  const held = keys.map((each) => String(each.key.mark));
  const isOwn = [...held, ...unsettled].some((each) => each.startsWith(`${mark.instance}.`));
  const text = `${mark.instance}.${mark.number}`;
  return isOwn && (mark.onTrial || unsettled.has(text) || (mark.number === 1 && held.includes(text)));
}
