import { type ProgramSettings, RESOURCES, type ResourceName, WEEKDAYS } from "./stackProgram.ts";
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
  "idle",
  "undo",
  "wait",
  "redeliver",
  "retain",
  "letGo",
  "rename",
  "replaceByOrder",
  "taint",
  "continueOnError",
] as const;

/** What the stack goes through while the fault strikes. */
export type OperationName = (typeof OPERATIONS)[number];

/** What requests are for. */
export type Role =
  | "token"
  | "create"
  | "verify"
  | "handOut"
  | "deliver"
  | "list"
  | "update"
  | "delete"
  | "withdraw"
  | "poll"
  | "use";

/** The API methods that have the same part in every kind. */
export const METHODS: Readonly<Record<Role, readonly string[]>> = {
  token: ["IamToken.create"],
  create: [
    "Key.create",
    "AccessKey.create",
    "ApiKey.create",
    "OAuthClientSecret.create",
    "TemporaryAccessKey.createEphemeral",
    "IamToken.createForServiceAccount",
    "aws:CreateAccessKey",
  ],
  verify: ["IamToken.create", "s3:ListBuckets", "aws:GetCallerIdentity"],
  /** Of a key that takes the place of another one: the end of its trial. */
  handOut: ["Key.update", "AccessKey.update", "ApiKey.update"],
  deliver: ["Secret.addVersion"],
  list: [
    "Key.list",
    "AccessKey.list",
    "ApiKey.list",
    "OAuthClientSecret.list",
    "ServiceAccount.get",
    "Secret.listVersions",
    "aws:ListAccessKeys",
  ],
  update: ["Key.update", "AccessKey.update", "ApiKey.update", "aws:UpdateAccessKey"],
  delete: [
    "Key.delete",
    "AccessKey.delete",
    "ApiKey.delete",
    "OAuthClientSecret.delete",
    "IamToken.revoke",
    "aws:DeleteAccessKey",
  ],
  withdraw: ["Secret.scheduleVersionDestruction"],
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
  /** What else the command is told. */
  readonly flags?: (world: MatrixWorld) => Promise<readonly string[]>;
  /** The engine that alone has it. */
  readonly engine?: "cli";
  /** What a person may do then; absent: all that there is. */
  readonly nexts?: readonly Next[];
  /** Whether it leaves a world in which no other case can begin. */
  readonly isLast?: boolean;
}

/** What a person does next, once the fault is over. */
export type Next = "up" | "refresh" | "destroy";

const DAY = 24 * 60 * 60 * 1000;
/** What the program says, where an operation is not about it. */
const USUAL: Partial<ProgramSettings> = { status: "Active", undo: false, retained: false, onlyOn: undefined };
const next = (count: string) => String(Number(count) + 1);

export const OPERATION: Readonly<Record<OperationName, Operation>> = {
  create: {
    command: "up",
    from: "nothing",
    roles: ["token", "create", "verify", "deliver", "list"],
    only: { list: /(Key|ClientSecret)\.list$|^aws:/ },
    prepare: async (world) => world.program(USUAL),
  },
  /** On AWS this takes two requests. */
  createInactive: {
    command: "up",
    from: "nothing",
    roles: ["update"],
    only: { update: /^aws:/ },
    prepare: async (world) => world.program({ ...USUAL, status: "Inactive" }),
  },
  /** A keeper of the plain resources changes. */
  replace: {
    command: "up",
    from: "keys",
    roles: ["token", "create", "verify", "handOut", "deliver", "delete", "withdraw", "poll", "list"],
    only: { list: /(Key|ClientSecret)\.list$/ },
    prepare: async (world) => world.program({ ...USUAL, generation: next(world.settings.generation) }),
  },
  /** A keeper of the rotating resources changes; the previous keys go at once. */
  rotate: {
    command: "up",
    from: "twoKeys",
    roles: ["create", "verify", "handOut", "deliver", "delete", "withdraw", "poll", "list"],
    only: {
      create: /(Key|Secret)(\.create)?$/,
      delete: /(Key|Secret)/,
      list: /(Key|ClientSecret)\.list$|^aws:/,
    },
    prepare: async (world) => world.program({ ...USUAL, rotation: next(world.settings.rotation) }),
  },
  /** Everything is older than `rotate.every`. */
  age: {
    command: "up",
    from: "twoKeys",
    roles: ["create", "verify", "handOut", "deliver", "update", "delete", "withdraw", "poll", "list", "use"],
    only: { update: /^aws:/, list: /(Key|ClientSecret)\.list$|^aws:/ },
    async prepare(world) {
      world.clock.advance(31 * DAY);
      await world.program(USUAL);
    },
  },
  /** Previous keys are older than their overlap. */
  retire: {
    command: "up",
    from: "twoKeys",
    roles: ["update", "delete", "withdraw", "poll", "use"],
    only: { update: /^aws:/, delete: /^(Key|AccessKey|ApiKey|OAuthClientSecret)\./ },
    async prepare(world) {
      world.clock.advance(1.1 * DAY);
      await world.program(USUAL);
    },
  },
  update: {
    command: "up",
    from: "keys",
    roles: ["update", "poll", "list"],
    only: { list: /(Key|ClientSecret)\.list$/ },
    prepare: async (world) =>
      world.program({
        ...USUAL,
        description: world.settings.description === "changed" ? "of the matrix" : "changed",
        status: world.settings.status === "Active" ? "Inactive" : "Active",
      }),
  },
  refresh: { command: "refresh", from: "keys", roles: ["token", "list"], prepare: async () => {} },
  destroy: {
    command: "destroy",
    from: "keys",
    roles: ["token", "delete", "withdraw", "poll", "list"],
    only: { list: /(Key|ClientSecret)\.list$/ },
    prepare: async () => {},
    nexts: ["destroy"],
  },
  /** There is nothing to do, and nothing is asked. */
  idle: {
    command: "up",
    from: "twoKeys",
    roles: [],
    prepare: async (world) => world.program(USUAL),
  },
  /** Previous keys that are inactive are to be brought back. */
  undo: {
    command: "up",
    from: "twoKeys",
    roles: ["update"],
    only: { update: /^aws:/ },
    async prepare(world) {
      world.clock.advance(1.1 * DAY);
      await world.program(USUAL);
      await succeed(world, "up");
      await world.program({ undo: true });
    },
    isLast: true,
  },
  /** Rotation is due, and its window is closed. */
  wait: {
    command: "up",
    from: "keys",
    roles: [],
    async prepare(world) {
      world.clock.advance(31 * DAY);
      const closed = WEEKDAYS[(world.clock.now().getUTCDay() + 3) % WEEKDAYS.length];
      await world.program({ ...USUAL, onlyOn: closed });
    },
    isLast: true,
  },
  /** Somebody has destroyed what was delivered. */
  redeliver: {
    command: "refresh",
    from: "keys",
    roles: ["list"],
    only: { list: /^Secret/ },
    async prepare(world) {
      await world.program(USUAL);
      for (const { id, key, isCurrent } of (await world.state.read()).keys) {
        if (!isCurrent || key.lockboxVersionId === undefined) continue;
        world.iam.scheduleVersionDestruction(String(key.lockboxVersionId));
        world.endedByPerson.add(id);
      }
    },
    isLast: true,
  },
  /** The keys of the plain resources are to stay when others take their places. */
  retain: {
    command: "up",
    from: "keys",
    roles: ["create", "handOut"],
    async prepare(world) {
      await world.program({ ...USUAL, retained: true });
      await succeed(world, "up");
      await disown(world, isPlain);
      await world.program({ generation: next(world.settings.generation) });
    },
    nexts: ["up", "refresh"],
    isLast: true,
  },
  /** `state delete`: the stack is to know nothing more of its plain resources, whose keys somebody has. */
  letGo: {
    command: "up",
    from: "keys",
    roles: ["create"],
    async prepare(world) {
      await world.program(USUAL);
      await disown(world, isPlain);
      await world.editState((urn) => !isPlain(urn.replace(/^.*::(consumer-of-)?/, "") as ResourceName));
    },
    isLast: true,
  },
  /** The stack has another name now, and a new one has its old name. */
  rename: {
    command: "up",
    from: "keys",
    roles: ["create"],
    async prepare(world) {
      await world.program(USUAL);
      await disown(world, () => true);
      await world.renameStack();
    },
    isLast: true,
  },
  /** `up --replace`, which asks the provider nothing before the create: the new key is on no trial. */
  replaceByOrder: {
    command: "up",
    from: "keys",
    roles: ["create", "deliver", "delete"],
    prepare: async (world) => world.program(USUAL),
    flags: async (world) => (await world.state.urns()).flatMap((urn) => ["--replace", urn]),
    engine: "cli",
  },
  taint: {
    command: "up",
    from: "keys",
    roles: ["create", "deliver", "delete"],
    async prepare(world) {
      await world.program(USUAL);
      await world.expect("state", "taint", "--yes", ...(await world.state.urns()));
    },
    engine: "cli",
  },
  /** One resource fails, and the others go on. */
  continueOnError: {
    command: "up",
    from: "keys",
    roles: ["create", "verify", "handOut", "deliver", "delete"],
    prepare: async (world) =>
      world.program({
        ...USUAL,
        generation: next(world.settings.generation),
        rotation: next(world.settings.rotation),
      }),
    flags: async () => ["--continue-on-error"],
    engine: "cli",
  },
};

const isPlain = (name: ResourceName) => name in RESOURCES && !name.startsWith("rotating");

/** From now on the keys that the resources have are somebody else's. */
async function disown(world: MatrixWorld, isMeant: (name: ResourceName) => boolean): Promise<void> {
  for (const { id, resource } of (await world.state.read()).keys)
    if (isMeant(resource)) world.foreign.add(id);
}

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
  if (
    from === "twoKeys" &&
    !hasPrevious(
      world.names.filter((name) => name.startsWith("rotating")),
      keys,
    )
  ) {
    await OPERATION.rotate.prepare(world);
    await succeed(world, "up");
  }
}

function hasPrevious(
  rotating: readonly ResourceName[],
  keys: readonly { resource: ResourceName; isCurrent: boolean; active: boolean }[],
): boolean {
  return rotating.every((name) =>
    keys.some(({ resource, isCurrent, active }) => resource === name && !isCurrent && active),
  );
}

async function succeed(world: MatrixWorld, command: string): Promise<void> {
  const { code, output } = await world.operation(command);
  if (code !== 0) throw new Error(`before the fault, ${command} ended with ${code}:\n${output}`);
}
