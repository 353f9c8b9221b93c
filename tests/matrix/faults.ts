import { generateKeyPairSync } from "node:crypto";
import type { Fault, FaultPlan } from "../../local/iam/index.ts";
import { methodsOf, type OperationName, type Role } from "./operations.ts";

/** How much faster than the real one the clock of the provider runs while a fault strikes. */
export const FAULT_RATE = 10;

/** Longer than any time that the provider waits for an answer; in real time. */
export const SLOW_MS = 40_000 / FAULT_RATE;

const NO_LIMIT = Number.POSITIVE_INFINITY;

/** The columns of the table. */
export const GROUPS = [
  "refused",
  "TLS",
  "dropped",
  "4xx",
  "429",
  "5xx",
  "operation",
  "slow",
  "bad reply",
  "two faults",
  "kill",
  "disk",
  "two engines",
  "mixed",
  "no fault",
] as const;

export type Group = (typeof GROUPS)[number];

/** One thing that the server does wrong. */
export interface ServerFault {
  readonly name: string;
  readonly group: Group;
  /** How often: to the first request of a method, or to all of them while the run lasts. */
  readonly times: readonly ("once" | "lasting")[];
  /** What befalls a request of the method; undefined where this cannot. */
  readonly fault: (method: string, role: Role) => Fault | undefined;
}

const isAws = (method: string) => method.startsWith("aws:");
const isYandex = (method: string) => !method.includes(":");
const hasOperation = (method: string) =>
  /^(Key|AccessKey|ApiKey|OAuthClientSecret)\.(update|delete)$/.test(method);

const status = (code: number, group: Group, times: ServerFault["times"], more: object = {}): ServerFault => ({
  name: [code, ...Object.values(more)].join(" "),
  group,
  times,
  fault: () => ({ status: code, ...more }),
});

/** Where the secret stands in the answer to a create. */
const SECRETS: Readonly<Record<string, string>> = {
  "Key.create": "privateKey",
  "AccessKey.create": "secret",
  "ApiKey.create": "secret",
  "OAuthClientSecret.create": "secretValue",
  "TemporaryAccessKey.createEphemeral": "secret",
  "IamToken.createForServiceAccount": "iamToken",
  "aws:CreateAccessKey": "secret",
};

const IDS: Readonly<Record<string, string>> = {
  "Key.create": "key.id",
  "AccessKey.create": "accessKey.id",
  "ApiKey.create": "apiKey.id",
  "OAuthClientSecret.create": "oauthClientSecret.id",
  "aws:CreateAccessKey": "AccessKey.AccessKeyId",
};

/** What these make is not tried: no service takes every such key, and whoever is given one finds out at once. */
const UNTRIED = [
  "IamToken.createForServiceAccount",
  "ApiKey.create",
  "OAuthClientSecret.create",
  "TemporaryAccessKey.createEphemeral",
];

let otherKey: string | undefined;

/** A secret that opens nothing. */
function wrongSecret(method: string): string {
  if (method !== "Key.create") return "A".repeat(40);
  otherKey ??= generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  }).privateKey;
  return otherKey;
}

export const SERVER_FAULTS: readonly ServerFault[] = [
  ...(["before", "after", "midBody"] as const).map((drop) => ({
    name: `dropped ${drop}`,
    group: "dropped" as const,
    times: ["once", "lasting"] as const,
    fault: () => ({ drop }),
  })),
  status(400, "4xx", ["lasting"]),
  status(401, "4xx", ["once", "lasting"]),
  {
    name: "403",
    group: "4xx",
    times: ["lasting"],
    // What has no right is known, so that AccessDenied would say of a new key that it works.
    fault: (method, role) =>
      role === "verify" && !isYandex(method)
        ? { status: 403, code: "SignatureDoesNotMatch" }
        : { status: 403 },
  },
  {
    name: "404",
    group: "4xx",
    times: ["lasting"],
    // A service that says of what exists that it does not has lost it: nothing can be right after that.
    fault: (method, role) => {
      if (role === "delete") return { status: 404, when: "after" };
      return role === "list" && isAws(method) ? undefined : { status: 404 };
    },
  },
  status(409, "4xx", ["lasting"]),
  status(429, "429", ["once", "lasting"]),
  status(429, "429", ["once"], { retryAfter: "3" }),
  ...[500, 503, 504].flatMap((code) => [
    status(code, "5xx", ["once", "lasting"]),
    status(code, "5xx", ["once", "lasting"], { when: "after" }),
  ]),
  ...(["before", "after"] as const).flatMap((when): ServerFault[] => [
    {
      name: `never done ${when}`,
      group: "operation",
      times: ["once"],
      fault: (method) => (hasOperation(method) ? { operation: "neverDone", when } : undefined),
    },
    {
      name: `ends in error ${when}`,
      group: "operation",
      times: ["once", "lasting"],
      fault: (method) =>
        hasOperation(method)
          ? { operation: { error: { code: 13, message: "it went wrong" } }, when }
          : undefined,
    },
    { name: `slow ${when}`, group: "slow", times: ["once"], fault: () => ({ delayMs: SLOW_MS, when }) },
  ]),
  { name: "malformed", group: "bad reply", times: ["once", "lasting"], fault: () => ({ body: '{"half":' }) },
  {
    name: "another shape",
    group: "bad reply",
    times: ["once", "lasting"],
    fault: (method) => ({ body: isYandex(method) ? '{"surprise":true}' : "<Surprise><Item/></Surprise>" }),
  },
  {
    name: "secret missing",
    group: "bad reply",
    times: ["once", "lasting"],
    fault: (method) => withField(SECRETS[method], (omit) => ({ omit })),
  },
  {
    name: "secret wrong",
    group: "bad reply",
    times: ["once", "lasting"],
    fault: (method) =>
      UNTRIED.includes(method)
        ? undefined
        : withField(SECRETS[method], (field) => ({
            replace: field === "secret" && isAws(method) ? "AccessKey.SecretAccessKey" : field,
            with: wrongSecret(method),
          })),
  },
  {
    name: "id missing",
    group: "bad reply",
    times: ["once"],
    fault: (method) => withField(IDS[method], (omit) => ({ omit })),
  },
];

function withField(field: string | undefined, fault: (field: string) => Fault): Fault | undefined {
  return field === undefined ? undefined : fault(field);
}

/** The fault at every method of the role that the operation calls; none where it cannot befall any. */
export function plansFor(
  { fault }: ServerFault,
  during: OperationName,
  role: Role,
  times: "once" | "lasting",
): FaultPlan[] {
  return methodsOf(during, role).flatMap((operation) => {
    const one = fault(operation, role);
    if (!one) return [];
    // The first token of a run is the caller's own; the others try new keys.
    const skip = role === "verify" && operation === "IamToken.create" ? 1 : 0;
    return [{ operation, skip, times: times === "once" ? 1 : NO_LIMIT, fault: one }];
  });
}
