import type { LoggedRequest } from "../../local/iam/index.ts";
import type { AuditEvent } from "../../provider/audit/auditEvent.ts";
import type { MatrixCase } from "./cases.ts";

/** What tells where a case came to. */
interface Evidence {
  readonly one: MatrixCase;
  /** What its runs printed. */
  readonly output: string;
  readonly events: readonly AuditEvent[];
  readonly requests: readonly LoggedRequest[];
}

const INTERRUPTED = "an interrupted run left it behind";

/** The branches of a key's life that a whole campaign must come to: else it says nothing of them. */
const BRANCHES = {
  undo: ({ events }) => events.some(({ event, step }) => event === "promoted" && step === "reactivate"),
  "limit of two": ({ output }) => output.includes("AWS allows 2 access keys per user"),
  "sweep of a key on trial": ({ output }) =>
    output.includes("which an interrupted run had made and nobody ever got, was deleted"),
  window: ({ output }) => output.includes("held by its window"),
  order: ({ events }) => events.some(({ reason }) => reason === "a new key was ordered"),
  quarantine: ({ output }) => /status of key \S+ is Inactive/.test(output),
  "second look": ({ one, requests }) =>
    one.circumstance === "stale lists" &&
    one.operation === "refresh" &&
    requests.some(({ operation }) => /^(Key|AccessKey|ApiKey)\.get$/.test(operation)),
  unsettled: ({ output }) => output.includes("It is not known whether a key was made"),
  twin: ({ one, events }) =>
    one.operation === "create" &&
    one.strike.kind === "server" &&
    events.some(
      ({ reason, type, keyId }) =>
        reason === INTERRUPTED &&
        events.some((each) => each.event === "created" && each.type === type && each.keyId !== keyId),
    ),
  "leftover named": ({ output }) => output.includes("carries its name, and is in no state"),
  redelivery: ({ output, events }) =>
    output.includes("cannot be read there any more") && events.some(({ event }) => event === "created"),
} as const satisfies Record<string, (evidence: Evidence) => boolean>;

export type Branch = keyof typeof BRANCHES;

const ALL = Object.keys(BRANCHES) as Branch[];

export function branchesReached(evidence: Evidence): Branch[] {
  return ALL.filter((name) => BRANCHES[name](evidence));
}

/** The branches that none of the cases came to. */
export function branchesMissed(results: readonly { readonly reached: readonly Branch[] }[]): Branch[] {
  const reached = new Set(results.flatMap((result) => result.reached));
  return ALL.filter((name) => !reached.has(name));
}
