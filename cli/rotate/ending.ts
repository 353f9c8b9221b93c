import { nameOf } from "../../stack/files/urn.ts";
import { EXIT, type ExitCode, worstOf } from "../exitCodes.ts";
import type { Failure } from "./failure.ts";
import { keyEvents } from "./keyEvents.ts";
import type { Options } from "./options.ts";
import type { Ports } from "./ports.ts";
import type { Report } from "./report.ts";
import type { Share } from "./share.ts";
import type { StackFacts } from "./stackFacts.ts";

const NO_FACTS: StackFacts = {
  isEmpty: true,
  keys: new Map(),
  pendingCreates: [],
  dependsOn: new Map(),
  takenOfKeys: new Map(),
};
const NOTHING: Share = { taken: new Set(), putOff: new Set() };

/** What is known when a run ends, however it does. */
export interface Ending {
  before: StackFacts;
  after: StackFacts;
  attempts: number;
  share: Share;
  /** The names of what this run has updated. */
  updated: readonly string[];
  edits: readonly string[];
  /** What pulumi-iam-keys said, before it was done, of what is this run's to do. */
  due: readonly string[];
  warnings: readonly string[];
  failures: readonly Failure[];
}

/** What is known before anything was done. */
export function nothingYet(): Ending {
  return {
    before: NO_FACTS,
    after: NO_FACTS,
    attempts: 0,
    share: NOTHING,
    updated: [],
    edits: [],
    due: [],
    warnings: [],
    failures: [],
  };
}

/** The report of a run that has ended so. */
export function reportOf(options: Options, ports: Ports, startedAt: string, ending: Ending): Report {
  const { before, after, failures, attempts, share, updated, edits, due, warnings } = ending;
  const putOff = [...share.putOff].map(nameOf);
  const urns = [...new Set([...before.keys.keys(), ...after.keys.keys()])];
  const keys = urns.flatMap((urn) => {
    const [was, is] = [before.keys.get(urn), after.keys.get(urn)];
    const facts = is ?? was;
    return facts ? [{ ...facts, events: keyEvents(was, is) }] : [];
  });
  const events = keys.reduce((sum, key) => sum + key.events.length, 0);
  const exitCode = worstOf(failures.map((failure) => failure.exitCode));
  // The line says one thing to do.
  const worst = failures.find((failure) => failure.exitCode === exitCode);
  return {
    version: 1,
    stack: options.stack,
    startedAt,
    finishedAt: new Date(ports.now()).toISOString(),
    exitCode,
    result: resultOf(exitCode, events > 0),
    message: worst
      ? `${worst.what} ${worst.advice}`
      : putOff.length > 0
        ? `Done, except what is left for later runs: ${putOff.join(", ")}.`
        : events > 0
          ? "Everything that was due is done."
          : updated.length > 0
            ? `No key was due. Updated: ${updated.join(", ")}.`
            : "Nothing is due.",
    attempts,
    keys,
    failures,
    due,
    warnings,
    putOff,
    edits,
  };
}

function resultOf(exitCode: ExitCode, hasRotated: boolean): Report["result"] {
  if (exitCode === EXIT.unseen) return "could not look";
  if (exitCode === EXIT.person) return "needs a person";
  if (exitCode === EXIT.failed) return "failed";
  return hasRotated ? "rotated" : "nothing due";
}
