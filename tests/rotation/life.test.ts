import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Fault } from "../../local/iam/index.ts";
import { AWS_KEY, Begun, STATIC_KEY } from "../../local/simulation/rotatingKinds.ts";
import { Stack } from "../../local/simulation/stack.ts";
import { DAY, HOUR, startWorld } from "../../local/simulation/world.ts";
import type { Properties } from "../../provider/kinds/kind.ts";

/** One thing that happens to a stack, after some time has passed. */
type Happening =
  | { readonly what: "run"; readonly fault: FaultAt | undefined; readonly keeper: boolean }
  | { readonly what: "refresh" | "removeCurrent" | "removePrevious" | "foreign" | "setClockBack" };

interface FaultAt {
  readonly at: "create" | "verify" | "delete" | "deactivate";
  readonly fault: "refused" | "omitted" | "lost" | "refusedForEver";
}

/** In hours. */
interface Policy {
  readonly every: number;
  readonly overlap: number;
  readonly grace: number;
  readonly unlessUsedWithin: number | undefined;
}

const kind = fc.constantFrom(STATIC_KEY, AWS_KEY);

const policy: fc.Arbitrary<Policy> = fc
  .record({
    every: fc.integer({ min: 4, max: 60 }),
    overlap: fc.integer({ min: 1, max: 100 }),
    grace: fc.integer({ min: 0, max: 99 }),
    unlessUsedWithin: fc.option(fc.integer({ min: 1, max: 48 }), { nil: undefined }),
  })
  .map(({ every, overlap, grace, unlessUsedWithin }) => ({
    every: every * 24,
    // Together always less than the time between two rotations.
    overlap: Math.ceil((every * 24 * overlap) / 250),
    grace: Math.floor((every * 24 * grace) / 250),
    unlessUsedWithin,
  }));

function newsOf({ every, overlap, grace, unlessUsedWithin }: Policy): Properties {
  return {
    rotate: { every: `${every}h` },
    overlap: `${overlap}h`,
    retire: {
      grace: `${grace}h`,
      ...(unlessUsedWithin === undefined ? {} : { unlessUsedWithin: `${unlessUsedWithin}h` }),
    },
  };
}

const fault: fc.Arbitrary<FaultAt> = fc.record({
  at: fc.constantFrom("create", "verify", "delete", "deactivate"),
  fault: fc.constantFrom("refused", "omitted", "lost", "refusedForEver"),
});

const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      what: fc.constant("run" as const),
      fault: fc.option(fault, { nil: undefined, freq: 2 }),
      keeper: fc.integer({ min: 0, max: 9 }).map((one) => one === 0),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constantFrom("refresh", "removeCurrent", "removePrevious", "foreign", "setClockBack"),
    }),
  },
);

const life = fc.array(fc.record({ hours: fc.integer({ min: 0, max: 500 }), happening }), {
  minLength: 40,
  maxLength: 60,
});

test("whatever happens, somebody can have a key that works, none is lost, and no foreign one is touched", async () => {
  await fc.assert(
    fc.asyncProperty(kind, policy, life, async (of, rule, happenings) => {
      await using lived = new Life(of, await startWorld(), newsOf(rule));
      for (const { hours, happening } of happenings) {
        lived.world.advance(hours * HOUR);
        await lived.meet(happening);
      }
      await lived.endWell();
    }),
    { numRuns: 12 },
  );
});

class Life extends Begun {
  readonly #byHand = new Set<string>();
  #foreign: Stack | undefined;
  #generation = 0;

  async meet(happening: Happening): Promise<void> {
    switch (happening.what) {
      case "run":
        if (happening.keeper) this.#generation += 1;
        return this.#runUnder(happening.fault);
      case "refresh":
        await this.stack.refresh();
        return;
      case "removeCurrent":
        return this.#removeByHand(this.current?.id);
      case "removePrevious":
        return this.#removeByHand(this.previous?.id);
      case "setClockBack":
        return this.world.advance(-3 * DAY);
      case "foreign":
        return this.#toggleForeign();
    }
  }

  /** Nothing goes wrong any more: what the state says is what there is. */
  async endWell(): Promise<void> {
    await this.#foreign?.destroy();
    this.#foreign = undefined;
    await this.stack.refresh();
    for (let step = 0; step < 2; step++) {
      const { error } = await this.#step();
      assert.equal(error, undefined);
    }
    assert.ok(this.#works(this.current?.id));
    assert.deepEqual(this.#ours().sort(), this.ids.filter((id) => id !== undefined).sort());
    assert.deepEqual(this.abandoned, []);
  }

  async #runUnder(fault: FaultAt | undefined): Promise<void> {
    const held = this.current?.id;
    const foreign = this.#foreignKey();
    if (fault) this.#plan(fault);
    const { error } = await this.#step();
    this.world.iam.clearFaults();
    assert.ok(error === undefined || fault || foreign, `a run failed without a reason: ${error}`);
    this.#deleteNamed(error);

    if (held && !this.#byHand.has(held)) assert.ok(this.#works(held), "the key that consumers hold is gone");
    const { current } = this;
    if (current && !this.#byHand.has(current.id)) assert.ok(this.#works(current.id));
    if (!error) assert.ok(current, "a run that succeeded left no key");
    for (const id of this.#ours()) assert.ok(this.ids.includes(id), `${id} is not in the state`);
    assert.ok(this.#ours().length <= 2 + this.abandoned.length);
    assert.deepEqual(this.#foreignKey(), foreign);
  }

  #step() {
    return this.run({ keepers: { generation: String(this.#generation) } });
  }

  #plan({ at, fault }: FaultAt): void {
    const operation = this.kind[at];
    if (operation === undefined) return;
    const ofAws = this.kind === AWS_KEY;
    const refused: Fault = ofAws ? { status: 403, code: "AccessDenied" } : { status: 500 };
    const unknownKey: Fault = { status: 403, code: ofAws ? "InvalidClientTokenId" : "InvalidAccessKeyId" };
    const faults: Record<FaultAt["fault"], Fault> = {
      refused,
      omitted: at === "create" ? { omit: "secret" } : refused,
      // A key of Yandex Cloud whose create answered with an error is looked for elsewhere.
      lost: at === "create" && !ofAws ? refused : { status: 500, when: "after" },
      refusedForEver: at === "verify" ? unknownKey : refused,
    };
    const times = fault === "refusedForEver" ? 1000 : 1;
    this.world.iam.fail({ operation, times, fault: faults[fault] });
    if (times > 1 && at === "verify") {
      this.world.iam.fail({ operation: this.kind.delete, times, fault: refused });
    }
  }

  #removeByHand(id: string | undefined): void {
    if (id === undefined || !this.#ours().includes(id)) return;
    this.#byHand.add(id);
    this.world.iam.remove(id);
  }

  async #toggleForeign(): Promise<void> {
    if (this.#foreign) {
      await this.#foreign.destroy();
      this.#foreign = undefined;
      return;
    }
    if (this.kind === AWS_KEY && this.#ours().length === 2) return;
    this.#foreign = new Stack(this.world, this.kind.type.replace("Rotating", ""));
    const { error } = await this.#foreign.run({ [this.kind.ownerInput]: this.owner });
    assert.equal(error, undefined);
  }

  /** A create of which AWS cannot say whether it made a key: a person deletes the one that the error names. */
  #deleteNamed(error: Error | undefined): void {
    for (const id of this.#ours()) {
      if (this.ids.includes(id) || !error?.message.includes("not known whether a key was made")) continue;
      assert.ok(error.message.includes(id));
      this.world.iam.remove(id);
    }
  }

  #foreignKey() {
    return this.world.keysOf(this.owner).find(({ id }) => id === this.#foreign?.stored?.id);
  }

  #ours(): string[] {
    const foreign = this.#foreign?.stored?.id;
    return this.world.keysOf(this.owner).flatMap(({ id }) => (id === foreign ? [] : [id]));
  }

  #works(id: string | undefined): boolean {
    return this.world.keysOf(this.owner).some((key) => key.id === id && key.status !== "Inactive");
  }
}

test("no secret grows older than its policy and the gaps between runs let it", async () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 240 }), { minLength: 40, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(kind, policy, gaps, async (of, rule, hours) => {
      await using lived = new Begun(of, await startWorld(), newsOf({ ...rule, unlessUsedWithin: undefined }));
      const gap = Math.max(...hours);
      // The run that rotates, the two that retire, and one in which the key before was still in the way.
      const longest = (rule.every + rule.overlap + rule.grace + 4 * gap) * HOUR;
      for (const pause of hours) {
        assert.equal((await lived.run()).error, undefined);
        for (const { createdAt } of lived.world.keysOf(lived.owner)) {
          assert.ok(Date.now() - Date.parse(createdAt) <= longest);
        }
        lived.world.advance(pause * HOUR);
      }
    }),
    { numRuns: 8 },
  );
});
