import { createHash } from "node:crypto";
import type { FaultPlan } from "../../local/iam/index.ts";
import type { EngineName } from "./engines.ts";
import { type Group, plansFor, SERVER_FAULTS, type ServerFault } from "./faults.ts";
import { METHODS, type Next, OPERATION, OPERATIONS, type OperationName, type Role } from "./operations.ts";
import type { ResourceName } from "./stackProgram.ts";

/** What goes wrong. */
export type Strike =
  | { readonly kind: "server"; readonly plans: readonly FaultPlan[] }
  /** From the start, or from the first request of the role on. */
  | { readonly kind: "refused"; readonly from: "start" | Role }
  /** These settings of the caller lead to a server that does not speak TLS. */
  | { readonly kind: "tls"; readonly endpoints: readonly string[] }
  | {
      readonly kind: "kill";
      readonly victim: Victim;
      readonly role: Role;
      /** "written": when the state has the first keys of this run. */
      readonly moment: "before" | "after" | "written";
    }
  /** Nothing does: what is tried is the operation itself, or its circumstances. */
  | { readonly kind: "none" }
  | { readonly kind: "disk" }
  | { readonly kind: "twoEngines" };

/** "engine": the provider lives on and ends what it has begun. */
export type Victim = "provider" | "engine" | "both";

/** What is unusual in the world, beside the fault. */
export const CIRCUMSTANCES = [
  "stale lists",
  "flapping keys",
  "quarantine",
  "slow clock",
  "renamed user",
] as const;

export type Circumstance = (typeof CIRCUMSTANCES)[number];

/** One operation with one fault, and what follows. */
export interface MatrixCase {
  /** By it `--only` finds the case. */
  readonly name: string;
  readonly operation: OperationName;
  readonly group: Group;
  readonly fault: string;
  /** The boundary: a role of requests, or the state. */
  readonly at: string;
  readonly strike: Strike;
  readonly honoursIdempotencyKey: boolean;
  readonly circumstance?: Circumstance;
  /** What the program has. */
  readonly resources?: readonly ResourceName[];
  readonly next: Next;
}

const NEXTS: readonly Next[] = ["up", "refresh", "destroy"];
const VICTIMS: readonly Victim[] = ["provider", "engine", "both"];

type Draft = Omit<MatrixCase, "name" | "next">;

/** Every operation × every fault × every boundary × what a person does next, in an order without order. */
export function allCases(engine: EngineName = "local"): MatrixCase[] {
  const cases = drafts(engine).flatMap((draft) => nextsOf(draft).map((next) => finished(draft, next)));
  return inOrder(cases, "");
}

/** So many of all cases, others for each seed, and always one of each operation. */
export function sampledCases(engine: EngineName, count: number, seed: string): MatrixCase[] {
  const cases = inOrder(allCases(engine), seed);
  const first = OPERATIONS.flatMap((name) => cases.find(({ operation }) => operation === name) ?? []);
  return [...new Set([...first, ...cases])].slice(0, count);
}

/** By the digests of their names: no fault stands for its group everywhere, and a part of them is like the whole. */
function inOrder(cases: readonly MatrixCase[], seed: string): MatrixCase[] {
  const order = new Map(cases.map((one) => [one, digest(`${seed}${one.name}`)]));
  const place = (one: MatrixCase) => order.get(one) ?? "";
  return [...cases].sort((left, right) => (place(left) < place(right) ? -1 : 1));
}

/**
 * A part of them in which every operation still meets every group of faults at every boundary, every fault is
 * there, and every boundary meets every way to go on.
 */
export function chosenCases(engine: EngineName = "local"): MatrixCase[] {
  const met = new Set<string>();
  const isNew = (meetings: readonly string[]) => {
    const before = met.size;
    for (const meeting of meetings) met.add(meeting);
    return met.size > before;
  };
  return allCases(engine).filter(({ operation, group, fault, at, next, honoursIdempotencyKey }) =>
    isNew([
      `${operation} ${group}`,
      `${operation} ${at} ${next}`,
      `${group} ${at}`,
      `${fault} ${honoursIdempotencyKey}`,
    ]),
  );
}

function digest(name: string): string {
  return createHash("sha256").update(name).digest("hex");
}

function finished(draft: Draft, next: Next): MatrixCase {
  const { operation, fault, at, honoursIdempotencyKey, circumstance } = draft;
  const server = honoursIdempotencyKey ? "" : ", no idempotency";
  const around = circumstance === undefined ? "" : `, ${circumstance}`;
  return { ...draft, next, name: `${operation}: ${fault} at ${at}${server}${around}, then ${next}` };
}

function nextsOf({ operation }: Draft): readonly Next[] {
  return OPERATION[operation].nexts ?? NEXTS;
}

function drafts(engine: EngineName): Draft[] {
  return OPERATIONS.filter((name) => [undefined, engine].includes(OPERATION[name].engine)).flatMap(
    (operation) => [
      ...calmDrafts(operation),
      ...serverDrafts(operation),
      ...doubleDrafts(operation),
      ...connectionDrafts(operation),
      ...killDrafts(operation),
      ...engineDrafts(operation),
    ],
  );
}

/** No fault, in all circumstances. */
function calmDrafts(operation: OperationName): Draft[] {
  const draft = {
    operation,
    fault: "no fault",
    at: "none",
    group: "no fault",
    strike: { kind: "none" },
    honoursIdempotencyKey: true,
  } as const;
  const { from } = OPERATION[operation];
  const fits: Partial<Record<Circumstance, boolean>> = {
    quarantine: from !== "nothing" && !["update", "rename", "letGo"].includes(operation),
    // What the program then asks of the old name fails, and rightly so.
    "renamed user": operation === "refresh" || operation === "destroy",
  };
  return [
    draft,
    ...CIRCUMSTANCES.filter((circumstance) => fits[circumstance] ?? true).map((circumstance) => ({
      ...draft,
      circumstance,
    })),
  ];
}

function serverDrafts(operation: OperationName): Draft[] {
  return SERVER_FAULTS.flatMap((fault) =>
    fault.times.flatMap((times) =>
      OPERATION[operation].roles.flatMap((role) => {
        const plans = plansFor(fault, operation, role, times);
        if (plans.length === 0) return [];
        const draft = {
          operation,
          fault: `${fault.name} ${times}`,
          at: role,
          group: fault.group,
          strike: { kind: "server", plans },
        } as const;
        return serversFor(role, fault).map((honoursIdempotencyKey) => ({ ...draft, honoursIdempotencyKey }));
      }),
    ),
  );
}

/** A create goes wrong, and so does what would set it right in the same run. */
function doubleDrafts(operation: OperationName): Draft[] {
  if (!OPERATION[operation].roles.includes("create")) return [];
  return ["500 after", "malformed", "secret missing", "secret wrong"].flatMap((name) =>
    (["list", "delete"] as const).flatMap((at) => {
      const fault = SERVER_FAULTS.find((each) => each.name === name);
      if (!fault) throw new Error(`There is no fault "${name}".`);
      const remedies = METHODS[at].map((method) => ({
        operation: method,
        times: Number.POSITIVE_INFINITY,
        fault: { status: 500 },
      }));
      return [true, false].map((honoursIdempotencyKey) => ({
        operation,
        fault: `${name} at create and 500`,
        at,
        group: "two faults" as const,
        strike: {
          kind: "server" as const,
          plans: [...plansFor(fault, operation, "create", "lasting"), ...remedies],
        },
        honoursIdempotencyKey,
      }));
    }),
  );
}

/** Whether a repeated create makes a second key matters where one may be repeated. */
function serversFor(role: Role, { group }: Pick<ServerFault, "group">): boolean[] {
  return role === "create" && ["dropped", "5xx", "slow", "bad reply", "kill"].includes(group)
    ? [true, false]
    : [true];
}

function connectionDrafts(operation: OperationName): Draft[] {
  const refused = (from: "start" | Role): Draft => ({
    operation,
    fault: "refused",
    at: from,
    group: "refused",
    strike: { kind: "refused", from },
    honoursIdempotencyKey: true,
  });
  const tls = (at: string, endpoints: readonly string[]): Draft => ({
    operation,
    fault: "TLS failure",
    at,
    group: "TLS",
    strike: { kind: "tls", endpoints },
    honoursIdempotencyKey: true,
  });
  const { roles } = OPERATION[operation];
  return [
    refused("start"),
    ...roles.filter((role) => role !== "token").map(refused),
    tls("every service", ["YC_ENDPOINT", "AWS_ENDPOINT_URL"]),
    ...(roles.includes("verify") ? [tls("verify", ["YC_STORAGE_ENDPOINT", "AWS_ENDPOINT_URL_STS"])] : []),
    ...(roles.includes("poll") ? [tls("poll", ["YC_OPERATION_ENDPOINT"])] : []),
  ];
}

function killDrafts(operation: OperationName): Draft[] {
  const { roles, command } = OPERATION[operation];
  const kill = (
    victim: Victim,
    role: Role,
    moment: "before" | "after" | "written",
    honours: boolean,
  ): Draft => ({
    operation,
    fault: `kill -9 of ${victim} ${moment}`,
    at: role,
    group: "kill",
    strike: { kind: "kill", victim, role, moment },
    honoursIdempotencyKey: honours,
  });
  return VICTIMS.flatMap((victim) => [
    ...roles.flatMap((role) =>
      serversFor(role, { group: "kill" }).flatMap((honours) => [
        kill(victim, role, "before", honours),
        kill(victim, role, "after", honours),
      ]),
    ),
    ...(command === "up" && roles.includes("create") ? [kill(victim, "create", "written", false)] : []),
  ]);
}

function engineDrafts(operation: OperationName): Draft[] {
  if (OPERATION[operation].command !== "up") return [];
  const draft = { operation, at: "state", honoursIdempotencyKey: false } as const;
  return [
    { ...draft, fault: "disk full", group: "disk", strike: { kind: "disk" } },
    ...(OPERATION[operation].roles.includes("create")
      ? [
          {
            ...draft,
            fault: "a second engine",
            group: "two engines",
            strike: { kind: "twoEngines" },
          } as const,
        ]
      : []),
  ];
}
