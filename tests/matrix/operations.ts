import { RESOURCES, type ResourceName } from "./stackProgram.ts";
import type { MatrixWorld } from "./world.ts";

export const OPERATIONS = [
  "create",
  "createInactive",
  "replace",
  "rotate",
  "age",
  "retire",
  "update",
  "refresh",
  "destroy",
] as const;

/** What the stack goes through while the fault strikes. */
export type OperationName = (typeof OPERATIONS)[number];

/** What requests are for. */
export type Role = "token" | "create" | "verify" | "list" | "update" | "delete" | "poll" | "use";

/** The API methods that have the same part in every kind. */
export const METHODS: Readonly<Record<Role, readonly string[]>> = {
  token: ["IamToken.create"],
  create: [
    "Key.create",
    "AccessKey.create",
    "ApiKey.create",
    "TemporaryAccessKey.createEphemeral",
    "IamToken.createForServiceAccount",
    "aws:CreateAccessKey",
  ],
  verify: ["IamToken.create", "s3:ListBuckets", "aws:GetCallerIdentity"],
  list: ["Key.list", "AccessKey.list", "ApiKey.list", "ServiceAccount.get", "aws:ListAccessKeys"],
  update: ["Key.update", "AccessKey.update", "ApiKey.update", "aws:UpdateAccessKey"],
  delete: ["Key.delete", "AccessKey.delete", "ApiKey.delete", "IamToken.revoke", "aws:DeleteAccessKey"],
  poll: ["Operation.get"],
  use: ["Key.get", "AccessKey.get", "ApiKey.get", "aws:GetAccessKeyLastUsed"],
};

interface Operation {
  /** The command of the engine. */
  readonly command: "up" | "refresh" | "destroy";
  /** Whether the stack has its keys before. */
  readonly from: "nothing" | "keys" | "twoKeys";
  readonly roles: readonly Role[];
  /** Of a role's methods those that are called; absent: all of them. */
  readonly only?: Partial<Record<Role, RegExp>>;
  /** Changes what makes the engine do it. */
  readonly prepare: (world: MatrixWorld) => Promise<void>;
}

const DAY = 24 * 60 * 60 * 1000;
const next = (count: string) => String(Number(count) + 1);

export const OPERATION: Readonly<Record<OperationName, Operation>> = {
  create: {
    command: "up",
    from: "nothing",
    roles: ["token", "create", "verify", "list"],
    only: { list: /Key\.list$|^aws:/ },
    prepare: async (world) => world.program({ status: "Active" }),
  },
  /** On AWS this takes two requests. */
  createInactive: {
    command: "up",
    from: "nothing",
    roles: ["update"],
    only: { update: /^aws:/ },
    prepare: async (world) => world.program({ status: "Inactive" }),
  },
  /** A keeper of the plain resources changes. */
  replace: {
    command: "up",
    from: "keys",
    roles: ["token", "create", "verify", "delete", "poll", "list"],
    only: { list: /Key\.list$/ },
    prepare: async (world) =>
      world.program({ status: "Active", generation: next(world.settings.generation) }),
  },
  /** A keeper of the rotating resources changes; the previous keys go at once. */
  rotate: {
    command: "up",
    from: "twoKeys",
    roles: ["create", "verify", "delete", "poll", "list"],
    only: { create: /Key(\.create)?$/, delete: /Key/, list: /Key\.list$|^aws:/ },
    prepare: async (world) => world.program({ status: "Active", rotation: next(world.settings.rotation) }),
  },
  /** Everything is older than `rotate.every`. */
  age: {
    command: "up",
    from: "twoKeys",
    roles: ["create", "verify", "update", "delete", "poll", "list", "use"],
    only: { update: /^aws:/, list: /Key\.list$|^aws:/ },
    async prepare(world) {
      world.clock.advance(31 * DAY);
      await world.program({ status: "Active" });
    },
  },
  /** Previous keys are older than their overlap. */
  retire: {
    command: "up",
    from: "twoKeys",
    roles: ["update", "delete", "poll", "use"],
    only: { update: /^aws:/, delete: /^(Key|AccessKey|ApiKey)\./ },
    async prepare(world) {
      world.clock.advance(1.1 * DAY);
      await world.program({ status: "Active" });
    },
  },
  update: {
    command: "up",
    from: "keys",
    roles: ["update", "poll", "list"],
    only: { list: /Key\.list$/ },
    prepare: async (world) =>
      world.program({
        description: world.settings.description === "changed" ? "of the matrix" : "changed",
        status: world.settings.status === "Active" ? "Inactive" : "Active",
      }),
  },
  refresh: { command: "refresh", from: "keys", roles: ["token", "list"], prepare: async () => {} },
  destroy: {
    command: "destroy",
    from: "keys",
    roles: ["token", "delete", "poll", "list"],
    only: { list: /Key\.list$/ },
    prepare: async () => {},
  },
};

/** The methods that the operation calls in this role. */
export function methodsOf(operation: OperationName, role: Role): readonly string[] {
  const only = OPERATION[operation].only?.[role];
  return METHODS[role].filter((method) => only?.test(method) ?? true);
}

/** Brings the stack to where the operation begins. */
export async function bringTo(world: MatrixWorld, from: Operation["from"]): Promise<void> {
  const { keys } = await world.state.read();
  if (from === "nothing") {
    if (keys.length > 0) await succeed(world, "destroy");
    return;
  }
  if (keys.length === 0) await succeed(world, "up");
  if (from === "twoKeys" && !hasPrevious(keys)) {
    await OPERATION.rotate.prepare(world);
    await succeed(world, "up");
  }
}

function hasPrevious(
  keys: readonly { resource: ResourceName; isCurrent: boolean; active: boolean }[],
): boolean {
  const rotating = Object.keys(RESOURCES).filter((name) => name.startsWith("rotating"));
  return rotating.every((name) =>
    keys.some(({ resource, isCurrent, active }) => resource === name && !isCurrent && active),
  );
}

async function succeed(world: MatrixWorld, command: string): Promise<void> {
  const { code, output } = await world.operation(command);
  if (code !== 0) throw new Error(`before the fault, ${command} ended with ${code}:\n${output}`);
}
