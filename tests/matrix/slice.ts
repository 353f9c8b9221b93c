import type { FaultPlan } from "../../local/iam/index.ts";
import { allCases, type MatrixCase } from "./cases.ts";
import { SERVER_FAULTS } from "./faults.ts";
import { METHODS, type Next, type OperationName, type Role } from "./operations.ts";
import type { ResourceName } from "./stackProgram.ts";

/** Several faults in one run, each at another method, so that few runs meet them all. */
interface Mixture {
  readonly operation: OperationName;
  readonly next: Next;
  /** The fault at each method, by its name. */
  readonly faults: Readonly<Record<string, string>>;
}

const MIXTURES: readonly Mixture[] = [
  {
    operation: "create",
    next: "refresh",
    faults: {
      "Key.create": "dropped after",
      "AccessKey.create": "503 after",
      "ApiKey.create": "dropped midBody",
      "IamToken.createForServiceAccount": "429 3",
      "aws:ListAccessKeys": "dropped midBody",
      "s3:ListBuckets": "504",
      "aws:GetCallerIdentity": "dropped before",
    },
  },
  {
    operation: "create",
    next: "up",
    faults: {
      "Key.create": "secret missing",
      "AccessKey.create": "secret wrong",
      "ApiKey.create": "secret missing",
      "TemporaryAccessKey.createEphemeral": "another shape",
      "IamToken.createForServiceAccount": "malformed",
      "aws:CreateAccessKey": "id missing",
    },
  },
  {
    operation: "create",
    next: "destroy",
    faults: {
      "Key.create": "another shape",
      "AccessKey.create": "500 after",
      "ApiKey.create": "malformed",
      "TemporaryAccessKey.createEphemeral": "503",
      "IamToken.createForServiceAccount": "401",
      "aws:CreateAccessKey": "503",
    },
  },
  {
    operation: "rotate",
    next: "destroy",
    faults: { "Key.create": "slow after", "AccessKey.create": "504 after", "aws:CreateAccessKey": "403" },
  },
  {
    operation: "replace",
    next: "refresh",
    faults: {
      "Key.delete": "ends in error before",
      "AccessKey.delete": "never done after",
      "ApiKey.delete": "503 after",
      "IamToken.revoke": "400",
      "aws:DeleteAccessKey": "429",
    },
  },
  {
    operation: "update",
    next: "up",
    faults: {
      "Key.update": "404",
      "AccessKey.update": "ends in error after",
      "ApiKey.update": "never done before",
      "aws:UpdateAccessKey": "409",
    },
  },
  {
    operation: "destroy",
    next: "destroy",
    faults: {
      "Key.delete": "never done before",
      "AccessKey.delete": "slow before",
      "ApiKey.delete": "429 3",
      "aws:DeleteAccessKey": "500",
    },
  },
];

/** What is no answer of the server, by the names of the cases. */
const OTHERS: readonly string[] = [
  "refresh: refused at start, then refresh",
  "age: TLS failure at verify, then up",
  "create: kill -9 of both after at create, no idempotency, then up",
  "replace: kill -9 of provider after at delete, then refresh",
  "rotate: kill -9 of engine before at create, then up",
  "rotate: disk full at state, no idempotency, then up",
  "replace: a second engine at state, no idempotency, then up",
];

/** Whole operations and circumstances, each with the resources that it is about. */
const PARTS: readonly (readonly [name: string, resources: readonly ResourceName[]])[] = [
  ["undo: no fault at none, then refresh", ["rotatingUser"]],
  ["wait: no fault at none, then up", ["access", "rotatingApi"]],
  ["redeliver: no fault at none, then up", ["sunk", "rotatingSunk"]],
  ["retain: no fault at none, then refresh", ["access", "user", "sunk"]],
  ["letGo: no fault at none, then up", ["key", "user", "rotatingAccess"]],
  ["rename: no fault at none, then destroy", ["access", "user", "rotatingKey"]],
  ["refresh: no fault at none, stale lists, then refresh", ["access", "user", "rotatingApi", "rotatingUser"]],
  ["refresh: no fault at none, quarantine, then up", ["user", "rotatingUser"]],
  ["create: no fault at none, flapping keys, then up", ["key", "user"]],
  ["create: 503 after once at create, no idempotency, then up", ["access", "rotatingApi"]],
];

/** A part of the matrix that takes a minute, with every fault in it. */
export function sliceCases(): MatrixCase[] {
  return [
    ...MIXTURES.map(mixedCase),
    ...OTHERS.map((name) => caseNamed(name)),
    ...PARTS.map(([name, resources]) => caseNamed(name, resources)),
  ];
}

/** The case of the whole matrix that has this name, with these resources alone. */
export function caseNamed(name: string, resources?: readonly ResourceName[]): MatrixCase {
  const found = allCases().find((one) => one.name === name);
  if (!found) throw new Error(`There is no case "${name}".`);
  return resources ? { ...found, resources } : found;
}

function mixedCase({ operation, next, faults }: Mixture): MatrixCase {
  const fault = Object.entries(faults)
    .map(([method, name]) => `${name} at ${method}`)
    .join(", ");
  return {
    name: `${operation}: ${fault}, then ${next}`,
    operation,
    group: Object.values(faults).some((name) => name.startsWith("slow")) ? "slow" : "mixed",
    fault: Object.values(faults).join(", "),
    at: "several",
    strike: { kind: "server", plans: Object.entries(faults).map(planOf) },
    honoursIdempotencyKey: true,
    next,
  };
}

function planOf([operation, name]: [string, string]): FaultPlan {
  const role = (Object.keys(METHODS) as Role[]).find((each) => METHODS[each].includes(operation));
  const fault = role && SERVER_FAULTS.find((each) => each.name === name)?.fault(operation, role);
  if (!fault) throw new Error(`${name} cannot befall ${operation}.`);
  return { operation, fault };
}
