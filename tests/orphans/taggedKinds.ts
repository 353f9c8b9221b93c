import assert from "node:assert/strict";
import type { Properties } from "../../provider/kinds/kind.ts";
import { isAccepted } from "../../simulation/consumer.ts";
import { type Run, Stack } from "../../simulation/stack.ts";
import { startWorld, type World, type WorldOptions } from "../../simulation/world.ts";
import { assertKeys } from "../rotation/expectations.ts";

const NAME = "project/stack/uploads";

/** A resource whose keys say in their descriptions whose they are. */
export interface TaggedKind {
  readonly type: string;
  /** The kind of its keys, as the server has it. */
  readonly keys: "yandex:StaticAccessKey" | "yandex:ServiceAccountKey";
  readonly service: "AccessKey" | "Key";
  readonly isRotating: boolean;
}

const STATIC = { keys: "yandex:StaticAccessKey", service: "AccessKey" } as const;
const AUTHORIZED = { keys: "yandex:ServiceAccountKey", service: "Key" } as const;

export const STATIC_KINDS: readonly TaggedKind[] = [
  { type: "yandex:StaticAccessKey", ...STATIC, isRotating: false },
  { type: "yandex:RotatingStaticAccessKey", ...STATIC, isRotating: true },
];

export const TAGGED_KINDS: readonly TaggedKind[] = [
  ...STATIC_KINDS,
  { type: "yandex:ServiceAccountKey", ...AUTHORIZED, isRotating: false },
  { type: "yandex:RotatingServiceAccountKey", ...AUTHORIZED, isRotating: true },
];

/** A world with one account, and the stacks in it that hold keys of it. */
export class TaggedWorld implements AsyncDisposable {
  readonly kind: TaggedKind;
  readonly world: World;
  readonly stack: TaggedStack;

  constructor(kind: TaggedKind, world: World) {
    this.kind = kind;
    this.world = world;
    this.stack = this.stackOf();
  }

  get account(): string {
    return this.world.iam.serviceAccountId;
  }

  /** Another stack, at another place, of a resource that has the same name unless one is given. */
  stackOf(name: string = NAME): TaggedStack {
    return new TaggedStack(this.world, this.kind, name);
  }

  /** A key that a list shows with that mark ("k3f9x2ab.4?") in the tag of the resource; without a tag where none is given. */
  plant(mark: string | undefined, text = ""): Promise<string> {
    const tag = mark === undefined ? "" : this.tagWith(mark);
    const description = `${text} ${tag}`.trim();
    return this.world.iam.plantKey({ kind: this.kind.keys, owner: this.account, description });
  }

  tagWith(mark: string, name: string = NAME): string {
    const form = this.kind.isRotating ? "rotating:" : "";
    return `${form}[pulumi ${name}${mark === "" ? "" : ` #${mark}`}]`;
  }

  exists(id: string): boolean {
    return this.world.iam.keys().some((key) => key.id === id);
  }

  /** Nothing is in the world but what the state holds and those, and the current key works. */
  async assertSound(leftovers: readonly string[] = []): Promise<void> {
    assertKeys(this.world, this.account, [...this.stack.ids, ...leftovers]);
    const { id, ...key } = this.stack.current;
    assert.equal(await isAccepted(this.world, String(id), key), true);
  }

  [Symbol.asyncDispose]() {
    return this.world[Symbol.asyncDispose]();
  }
}

/** A stack of one such resource. */
export class TaggedStack extends Stack {
  readonly #kind: TaggedKind;
  readonly #name: string;

  constructor(world: World, kind: TaggedKind, name: string) {
    super(world, kind.type);
    this.#kind = kind;
    this.#name = name;
  }

  /** An `up` of the program, which rotates every 30 days, with that change. */
  up(change: Properties = {}): Promise<Run> {
    const { serviceAccountId } = this.world.iam;
    return this.run({ serviceAccountId, rotate: { every: "30d" }, owner: this.#name, ...change });
  }

  /** The ids of the keys that the state holds, the current one first. */
  get ids(): string[] {
    const { stored } = this;
    if (!this.#kind.isRotating) return stored ? [stored.id] : [];
    const { current, previous } = (stored?.outputs ?? {}) as Record<string, { id: string } | undefined>;
    return [current, previous].flatMap((key) => key?.id ?? []);
  }

  get current(): Properties {
    const { stored } = this;
    return this.#kind.isRotating
      ? (stored?.outputs.current as Properties)
      : { id: stored?.id, ...stored?.outputs };
  }

  /** The mark of the key that would come next, or after so many more. */
  markAfter(further: number): string {
    const [instance, number] = String(this.stored?.outputs.mark).split(".");
    assert.match(String(number), /^\d+$/);
    return `${instance}.${Number(number) + further}`;
  }

  /** Has the state forget the resource, whose keys stay (`retainOnDelete`, `pulumi state delete`). */
  retain(): void {
    this.stored = undefined;
  }

  /**
   * An `up` that is to replace the resource (`--target-replace`, a taint): the engine checks without the old inputs, and
   * asks for no difference.
   */
  async replaceUntold(): Promise<Run> {
    const { stored } = this;
    this.stored = undefined;
    if (stored) this.pending.push(stored);
    return this.up();
  }

  /**
   * A run that is killed once the server has carried out so many of its requests: it carries out no other, and the
   * state does not hear of any.
   */
  async killed(after: number, run: () => Promise<Run>): Promise<Run> {
    const { stored, pending } = this;
    this.pending = [...pending];
    this.world.iam.fail({
      operation: "*",
      skip: after,
      times: Number.POSITIVE_INFINITY,
      fault: { status: 403 },
    });
    try {
      return await run();
    } finally {
      this.world.iam.clearFaults();
      this.stored = stored;
      this.pending = pending;
    }
  }
}

export async function startTagged(kind: TaggedKind, options?: WorldOptions): Promise<TaggedWorld> {
  return new TaggedWorld(kind, await startWorld(options));
}

/** What the warnings of a run say of leftovers, id by id. */
export function leftoversNamedIn({ warnings }: Pick<Run, "warnings">): string[] {
  return warnings.flatMap((text) => /key (\S+) .*carries its name.*It stays/.exec(text)?.[1] ?? []).sort();
}
