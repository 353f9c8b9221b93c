import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Properties } from "../../provider/kinds/kind.ts";
import type { Stored } from "../../simulation/stack.ts";
import { DAY, HOUR } from "../../simulation/world.ts";
import {
  STATIC_KINDS,
  startTagged,
  type TaggedKind,
  type TaggedStack,
  type TaggedWorld,
} from "./taggedKinds.ts";

/** What happens to one of the stacks that share a name. */
type Happening =
  | { readonly what: "run" | "rotate" | "order" | "refresh" | "destroy" | "backup" | "retain" | "fork" }
  | { readonly what: "kill"; readonly after: number }
  | { readonly what: "restore"; readonly which: number }
  | { readonly what: "personDeletes"; readonly which: number };

type Event = Happening & { readonly stack: number };

const MOST_STACKS = 3;
/** Those of a create or an update. An engine writes the state before it deletes what was replaced. */
const MOST_REQUESTS = 4;

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ what: fc.constantFrom("run", "rotate", "order", "refresh") }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constantFrom("backup", "retain", "fork", "destroy") }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant("kill"), after: fc.nat({ max: MOST_REQUESTS }) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant("restore"), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("personDeletes"), which: fc.nat() }) },
);

const life: fc.Arbitrary<Event[]> = fc.array(
  fc.tuple(happening, fc.nat()).map(([each, stack]) => ({ ...each, stack })),
  { minLength: 5, maxLength: 25 },
);

/** Stacks that go on from each other's states, and who may have which key. */
class Branches {
  readonly #s: TaggedWorld;
  readonly #isRotating: boolean;
  readonly #stacks: TaggedStack[];
  readonly #backups: Stored[] = [];
  /** Every key that any state has ever held: somebody may use it. */
  readonly #stored = new Set<string>();
  readonly #program: Properties;
  #ordered = 0;

  constructor(s: TaggedWorld, { isRotating }: TaggedKind) {
    this.#s = s;
    this.#isRotating = isRotating;
    this.#program = isRotating ? { overlap: "10d" } : {};
    this.#stacks = [s.stack];
  }

  async live({ stack: which, ...event }: Event): Promise<void> {
    const { world } = this.#s;
    const stack = this.#stacks[which % this.#stacks.length] ?? this.#s.stack;
    world.advance(HOUR);
    switch (event.what) {
      case "run":
        return this.#watched(stack, () => stack.up(this.#program));
      case "rotate":
        world.advance(31 * DAY);
        return this.#watched(stack, () => stack.up(this.#program));
      case "order":
        this.#ordered += 1;
        return this.#watched(stack, () =>
          stack.up({ ...this.#program, keepers: { order: `${this.#ordered}` } }),
        );
      case "kill":
        world.advance(31 * DAY);
        return this.#watched(stack, () => stack.killed(event.after, () => stack.up(this.#program)));
      case "refresh":
        return this.#watched(stack, () => stack.refresh());
      case "destroy":
        return this.#watched(stack, () => stack.destroy());
      case "retain":
        return stack.retain();
      case "backup":
        if (stack.stored) this.#backups.push(structuredClone(stack.stored));
        return;
      case "restore": {
        const backup = this.#backups[event.which % this.#backups.length];
        if (backup) stack.stored = structuredClone(backup);
        return;
      }
      case "fork": {
        if (this.#stacks.length === MOST_STACKS) return;
        const fork = this.#s.stackOf();
        fork.stored = structuredClone(stack.stored);
        this.#stacks.push(fork);
        return;
      }
      case "personDeletes": {
        const keys = world.keysOf(this.#s.account);
        const key = keys[event.which % keys.length];
        if (key) world.iam.remove(key.id);
      }
    }
  }

  /** Whatever the run deletes was its own to delete: its state has it, or no run ever handed it out. */
  async #watched(stack: TaggedStack, run: () => Promise<{ readonly error?: Error }>): Promise<void> {
    const { requests } = this.#s.world.iam;
    const own = stack.ids;
    const handedOut = this.#s.world.iam
      .keys()
      .flatMap(({ id, description }) => (description?.endsWith("?]") ? [] : id));
    const first = requests.length;
    await run();
    for (const id of stack.ids) this.#stored.add(id);
    const deleted = requests
      .slice(first)
      .flatMap(({ method, path, status }) =>
        method === "DELETE" && status === 200 ? (path.split("/").at(-1) ?? []) : [],
      );
    for (const id of deleted) {
      if (!own.includes(id)) {
        assert.ok(!this.#stored.has(id), `${id} is of another state, and was deleted`);
        assert.ok(!handedOut.includes(id), `${id} was handed out, and was deleted`);
      }
      // A rotating resource gives nobody a new key and deletes the one that everybody has.
      if (this.#isRotating && id === own[0]) assert.equal(stack.stored, undefined, `${id} was current`);
    }
  }

  /** Whoever was not interfered with ends with what its state says, and a key that works. */
  async end(): Promise<void> {
    const { world } = this.#s;
    for (const stack of this.#stacks) {
      await stack.refresh();
      const { error } = await stack.up(this.#program);
      assert.equal(error, undefined);
      for (const id of stack.ids.slice(0, 1)) assert.ok(world.iam.keys().some((key) => key.id === id));
    }
  }
}

for (const kind of STATIC_KINDS) {
  test(`${kind.type}: whatever becomes of states, no run deletes a key that another state has, or had`, async () => {
    await fc.assert(
      fc.asyncProperty(life, async (events) => {
        await using s = await startTagged(kind);
        const branches = new Branches(s, kind);
        for (const event of events) await branches.live(event);
        await branches.end();
      }),
      { numRuns: 40 },
    );
  });
}
