import type { Fault, OmitFault } from "../local/iam/index.ts";
import { loadKind } from "../provider/kinds/index.ts";
import type { Kind, Properties } from "../provider/kinds/kind.ts";
import { ROTATABLE } from "../provider/kinds/table.ts";
import type { HeldKey, PreviousKey } from "../provider/lifecycle/rotatingState.ts";
import { type Run, Stack } from "./stack.ts";
import { startWorld, type World, type WorldOptions } from "./world.ts";

/** A rotating kind, as far as a simulation has to know it. */
export interface RotatingKind {
  readonly type: string;
  readonly ownerOf: (world: World) => string;
  readonly ownerInput: string;
  /** Whose keys may stand beside those of the resource and never be in their way. */
  readonly neighbourOf: (world: World) => string;
  readonly create: string;
  /** Absent: a new key is not tried. */
  readonly verify: string | undefined;
  readonly delete: string;
  /** The request that makes a key inactive, where there is such a thing. */
  readonly deactivate?: string;
  /** How the service answers who may not do what he asks for. */
  readonly denied: Fault;
  /** How it answers who uses a key that it does not know. */
  readonly unknownKey: Fault;
  /** The field of the answer to a create in which the secret stands. */
  readonly secret: OmitFault["omit"];
  /** What is asked before a key is made. */
  readonly beforeCreate: readonly string[];
  /** The request that tells of all keys of the owner. */
  readonly list: string;
  /** The request that asks for one key, where a list does not show it. */
  readonly lookAgain: string;
  /** What every update asks at its end: whether an interrupted run has left keys behind. */
  readonly sweep: readonly string[];
  /** Rotated every 30 days, and gone 7 days later. */
  readonly policy: Properties;
}

/** One whose new keys are used once before anybody gets them. */
export interface TriedKind extends RotatingKind {
  readonly verify: string;
}

export const STATIC_KEY: TriedKind = {
  type: "yandex:RotatingStaticAccessKey",
  ownerOf: (world) => world.iam.serviceAccountId,
  ownerInput: "serviceAccountId",
  neighbourOf: (world) => world.iam.serviceAccountId,
  create: "AccessKey.create",
  verify: "s3:ListBuckets",
  delete: "AccessKey.delete",
  denied: { status: 403 },
  unknownKey: { status: 403, code: "InvalidAccessKeyId" },
  secret: "secret",
  beforeCreate: [],
  list: "AccessKey.list",
  lookAgain: "AccessKey.get",
  sweep: ["AccessKey.list"],
  policy: { rotate: { every: "30d" }, overlap: "7d" },
};

export const SERVICE_ACCOUNT_KEY: TriedKind = {
  ...STATIC_KEY,
  type: "yandex:RotatingServiceAccountKey",
  create: "Key.create",
  verify: "IamToken.create",
  delete: "Key.delete",
  list: "Key.list",
  lookAgain: "Key.get",
  sweep: ["Key.list"],
  unknownKey: { status: 401 },
  secret: "privateKey",
};

export const AWS_KEY: TriedKind = {
  type: "aws:RotatingAccessKey",
  ownerOf: (world) => world.iam.userName,
  ownerInput: "userName",
  // A user has two keys at most.
  neighbourOf: (world) => world.iam.addUser("neighbour"),
  create: "aws:CreateAccessKey",
  verify: "aws:GetCallerIdentity",
  delete: "aws:DeleteAccessKey",
  deactivate: "aws:UpdateAccessKey",
  denied: { status: 403, code: "AccessDenied" },
  unknownKey: { status: 403, code: "InvalidClientTokenId" },
  secret: "secret",
  beforeCreate: ["aws:ListAccessKeys"],
  list: "aws:ListAccessKeys",
  lookAgain: "aws:GetAccessKeyLastUsed",
  sweep: [],
  policy: { rotate: { every: "30d" }, overlap: "5d", retire: { grace: "2d" } },
};

/** Of keys that are tried one has to know by which request, and how it is refused. */
const TRIED: readonly RotatingKind[] = [STATIC_KEY, SERVICE_ACCOUNT_KEY, AWS_KEY];

export function rotatingKinds(): Promise<readonly RotatingKind[]> {
  return Promise.all(
    ROTATABLE.map(async (type) => {
      const rotating = type.replace(":", ":Rotating");
      return TRIED.find((kind) => kind.type === rotating) ?? untried(rotating, await loadKind(type));
    }),
  );
}

/** A kind of Yandex Cloud whose keys are made, found and deleted in a collection, and not tried. */
function untried(type: string, { account, access: { service } }: Kind): RotatingKind {
  return {
    ...STATIC_KEY,
    type,
    ownerInput: account,
    create: `${service}.create`,
    verify: undefined,
    delete: `${service}.delete`,
    unknownKey: { status: 401 },
    list: `${service}.list`,
    lookAgain: `${service}.get`,
    sweep: [`${service}.list`],
  };
}

/** A stack with one rotating resource, created. */
export class Begun implements AsyncDisposable {
  readonly kind: RotatingKind;
  readonly world: World;
  readonly stack: Stack;
  readonly owner: string;
  readonly #news: Properties;

  constructor(kind: RotatingKind, world: World, news: Properties) {
    this.kind = kind;
    this.world = world;
    this.stack = new Stack(world, kind.type);
    this.owner = kind.ownerOf(world);
    this.#news = news;
  }

  get current(): HeldKey | undefined {
    return this.stack.stored?.outputs.current as HeldKey | undefined;
  }

  get previous(): PreviousKey | undefined {
    return this.stack.stored?.outputs.previous as PreviousKey | undefined;
  }

  get abandoned(): string[] {
    const { abandoned = [], lost = [] } = (this.stack.stored?.outputs ?? {}) as Record<string, string[]>;
    return [...abandoned, ...lost];
  }

  /** The ids of all keys in the state. */
  get ids(): (string | undefined)[] {
    return [this.current?.id, this.previous?.id, ...this.abandoned];
  }

  /** A run with the inputs of the beginning, but for those given. */
  run(change: Properties = {}): Promise<Run> {
    return this.stack.run({ [this.kind.ownerInput]: this.owner, ...this.#news, ...change });
  }

  [Symbol.asyncDispose]() {
    return this.world[Symbol.asyncDispose]();
  }
}

/** Starts a world and has a first run create the resource in it. */
export async function begin(
  kind: RotatingKind,
  news: Properties = kind.policy,
  options?: WorldOptions,
): Promise<Begun> {
  const begun = new Begun(kind, await startWorld(options), news);
  const { error } = await begun.run();
  if (error) throw error;
  return begun;
}
