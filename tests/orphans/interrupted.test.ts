import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Fault } from "../../local/iam/index.ts";
import type { Run } from "../../simulation/stack.ts";
import { DAY, HOUR, SECOND } from "../../simulation/world.ts";
import { assertKeys } from "../rotation/expectations.ts";
import { leftoversNamedIn, startTagged, TAGGED_KINDS, TaggedStack, type TaggedWorld } from "./taggedKinds.ts";

for (const kind of TAGGED_KINDS) {
  const begin = () => startTagged(kind);
  const create = `${kind.service}.create`;
  const update = `${kind.service}.update`;
  const list = `${kind.service}.list`;
  const remove = `${kind.service}.delete`;
  const verify = kind.service === "Key" ? "IamToken.create" : "s3:ListBuckets";

  describe(`${kind.type}, when a run is killed`, () => {
    test("in a first create: the key that it made stays, and the next run names it and makes another", async () => {
      for (const after of [1, 2, 3]) {
        await using s = await begin();
        await s.stack.killed(after, () => s.stack.up());
        const [lost] = s.world.keysOf(s.account).map(({ id }) => id);
        s.world.advance(HOUR);
        const run = await s.stack.up();
        assert.equal(run.error, undefined);
        assert.ok(!run.operations.includes(remove));
        assert.deepEqual(leftoversNamedIn(run), [lost]);
        await s.assertSound([lost ?? assert.fail("the killed run made no key")]);
      }
    });

    test("before a new key is handed out: the next run deletes that key", async () => {
      for (const after of [0, 1, 2]) {
        await using s = await begin();
        await s.stack.up();
        s.world.advance(30 * DAY);
        await s.stack.killed(after, () => s.stack.up());
        const made = s.world.keysOf(s.account).filter(({ id }) => !s.stack.ids.includes(id));
        assert.equal(made.length, after === 0 ? 0 : 1);
        s.world.advance(HOUR);
        const run = await s.stack.up();
        assert.equal(run.error, undefined);
        await s.assertSound();
        for (const { id } of made) {
          assert.match(
            String(run.warnings),
            new RegExp(`key ${id}, which an interrupted run .* was deleted`),
          );
        }
      }
    });

    test("after it, and before the state has heard of the key: somebody may have it, so it stays and is named", async () => {
      for (const after of [3, 4]) {
        await using s = await begin();
        await s.stack.up();
        s.world.advance(30 * DAY);
        const { operations } = await s.stack.killed(after, () => s.stack.up());
        assert.deepEqual(operations.slice(0, 4), [create, verify, update, list]);
        const [lost] = s.world.keysOf(s.account).filter(({ id }) => !s.stack.ids.includes(id));
        s.world.advance(HOUR);
        const run = await s.stack.up();
        assert.equal(run.error, undefined);
        assert.deepEqual(leftoversNamedIn(run), [lost?.id]);
        await s.assertSound([lost?.id ?? assert.fail("the killed run made no key")]);
      }
    });

    test("over and over: every first key stays and is named, and none but that of the state is made beside them", async () => {
      await using s = await begin();
      for (let time = 0; time < 3; time++) {
        await s.stack.killed(2, () => s.stack.up());
        s.world.advance(10 * SECOND);
      }
      const lost = s.world.keysOf(s.account).map(({ id }) => id);
      assert.equal(lost.length, 3);
      const run = await s.stack.up();
      assert.deepEqual(leftoversNamedIn(run), lost.sort());
      await s.assertSound(lost);
    });
  });

  describe(`${kind.type}, when a server that ignores the Idempotency-Key gets a create twice`, () => {
    for (const what of ["the first key", "a new key"]) {
      for (const drop of ["after", "midBody"] as const) {
        test(`${what} (${drop}): the twin, whose secret is lost, is deleted in the same run`, async () => {
          await using s = await startTagged(kind, { honoursIdempotencyKey: false });
          if (what === "a new key") await s.stack.up();
          s.world.advance(30 * DAY);
          s.world.iam.fail({ operation: create, fault: { drop } });
          const run = await s.stack.up();
          assert.equal(run.error, undefined);
          assert.equal(run.operations.filter((operation) => operation === create).length, 2);
          await s.assertSound();
          assert.match(String(run.warnings), /which an interrupted run .* was deleted/);
          assert.deepEqual(leftoversNamedIn(run), []);
        });
      }
    }
  });

  describe(`${kind.type}, when the answer to a create says nothing of use`, () => {
    const faults: Readonly<Record<string, Fault>> = {
      "500 before the work": { status: 500 },
      "500 after the work": { status: 500, when: "after" },
      "no JSON": { body: "not JSON" },
      "another shape": { body: '{"surprise":true}' },
    };
    for (const [name, fault] of Object.entries(faults)) {
      for (const times of [1, 100]) {
        test(`${name}, ${times} time(s): no key is left that no state has`, async () => {
          await using s = await begin();
          s.world.iam.fail({ operation: create, times, fault });
          const first = await s.stack.up();
          if (times === 1) assert.equal(first.error, undefined);
          else assert.match(String(first.error), /No key was made|was deleted again/);
          assertKeys(s.world, s.account, s.stack.ids);
          s.world.iam.clearFaults();
          s.world.advance(HOUR);
          assert.equal((await s.stack.up()).error, undefined);
          await s.assertSound();
        });
      }
    }

    for (const then of ["up", "refresh", "destroy"] as const) {
      test(`and nothing can be found out: the state remembers, and the next ${then} settles it`, async () => {
        await using s = await begin();
        s.world.iam.fail({ operation: create, times: 100, fault: { status: 500, when: "after" } });
        s.world.iam.fail({ operation: list, times: 100, fault: { status: 500 } });
        const failed = await s.stack.up();
        assert.equal(failed.error?.name, "PartialFailure");
        assert.match(
          String(failed.error),
          /It is not known whether a key was made\..*The next run finds out/,
        );
        s.world.iam.clearFaults();
        s.world.advance(HOUR);
        if (then === "destroy") {
          assert.equal((await s.stack.destroy()).error, undefined);
          return assertKeys(s.world, s.account, []);
        }
        if (then === "refresh") {
          assert.equal((await s.stack.refresh()).error, undefined);
          const { lost = [] } = (s.stack.stored?.outputs ?? {}) as { lost?: string[] };
          assert.equal(lost.length, 1);
        }
        const { error } = await s.stack.up();
        assert.equal(error, undefined);
        await s.assertSound();
      });
    }

    test("and nothing was made: a refresh finds nothing, and the next run begins anew", async () => {
      await using s = await begin();
      for (const operation of [create, list])
        s.world.iam.fail({ operation, times: 100, fault: { status: 500 } });
      assert.equal((await s.stack.up()).error?.name, "PartialFailure");
      s.world.iam.clearFaults();
      await s.stack.refresh();
      assert.equal(s.stack.stored, undefined);
      assert.equal((await s.stack.up()).did, "create");
      await s.assertSound();
    });

    test("a token that cannot be had is no create of which nobody knows", async () => {
      await using s = await begin();
      const { iam, config } = s.world;
      delete config["yandex:token"];
      const caller = await iam.serviceAccountKeyFile(iam.addServiceAccount());
      config["yandex:serviceAccountKeyFile"] = JSON.stringify(caller);
      iam.fail({ operation: "IamToken.create", times: 100, fault: { status: 500 } });
      const { error, operations } = await s.stack.up();
      assert.doesNotMatch(String(error), /not known/);
      assert.ok(!operations.includes(list));
      assert.equal(s.stack.stored, undefined);
    });
  });

  describe(`${kind.type}, what earlier runs have left behind`, () => {
    /** Beside the key of the state there is one of which only its mark says that nobody ever got it, or not even that. */
    async function withOrphan(mark: "on trial" | "handed out") {
      const s = await begin();
      assert.equal((await s.stack.up()).error, undefined);
      s.world.advance(SECOND);
      const orphan = await s.plant(`${s.stack.markAfter(1)}${mark === "on trial" ? "?" : ""}`, "x");
      s.world.advance(SECOND);
      return Object.assign(s, { orphan });
    }

    const assertGone = (s: TaggedWorld, id: string, { operations, warnings }: Run) => {
      assert.ok(operations.includes(remove));
      assert.ok(
        warnings.some((text) => text.includes(id)),
        String(warnings),
      );
      assert.ok(!s.exists(id));
    };

    test("a refresh notices and records it, the preview says so, and the next run deletes it", async () => {
      await using s = await withOrphan("on trial");
      const refreshed = await s.stack.refresh();
      assert.ok(!refreshed.operations.includes(remove));
      assert.deepEqual(s.stack.stored?.outputs.lost, [s.orphan]);
      const run = await s.stack.up();
      assert.ok(run.because.includes("lost"));
      assert.ok(run.warnings[0]?.includes(s.orphan), "said before anything is done");
      assertGone(s, s.orphan, run);
      assert.equal(s.stack.stored?.outputs.lost, undefined);
      assert.equal((await s.stack.up()).did, "nothing");
      await s.assertSound();
    });

    test("an update deletes what nobody ever got, and leaves and names what was handed out", async () => {
      for (const mark of ["on trial", "handed out"] as const) {
        await using s = await withOrphan(mark);
        const run = await s.stack.up({ description: "changed" });
        assert.equal(run.error, undefined);
        if (mark === "on trial") assertGone(s, s.orphan, run);
        else assert.deepEqual(leftoversNamedIn(run), [s.orphan]);
        await s.assertSound(mark === "on trial" ? [] : [s.orphan]);
      }
    });

    test("destroy leaves neither its own key nor what nobody ever got, and names what was handed out", async () => {
      for (const mark of ["on trial", "handed out"] as const) {
        await using s = await withOrphan(mark);
        const run = await s.stack.destroy();
        assert.equal(run.error, undefined);
        if (mark === "on trial") assertGone(s, s.orphan, run);
        else assert.deepEqual(leftoversNamedIn(run), [s.orphan]);
        assertKeys(s.world, s.account, mark === "on trial" ? [] : [s.orphan]);
      }
    });

    test("a key with another tag, or none, or in use, is never touched", async () => {
      await using s = await begin();
      const { account: owner } = s;
      const others = [];
      for (const description of [
        "",
        "by hand",
        s.tagWith("", "project/stack/uploads2"),
        s.tagWith("aaaaaaaa.2?", "other/stack/uploads"),
        `${s.tagWith("")} `,
      ])
        others.push(await s.world.iam.plantKey({ kind: kind.keys, owner, description }));
      const before = s.world.iam.keys();
      s.world.advance(SECOND);
      const runs = [await s.stack.up(), await s.stack.refresh()];
      assert.equal(s.stack.stored?.outputs.lost, undefined);
      runs.push(await s.stack.up({ description: "changed" }), await s.stack.destroy());
      assert.deepEqual(
        runs.flatMap(({ warnings }) => warnings),
        [],
      );
      const live = s.world.iam.keys();
      for (const id of others)
        assert.deepEqual(
          live.find((key) => key.id === id),
          before.find((key) => key.id === id),
        );
    });

    test("without the right to list keys a run does its work, and says what it could not look for", async () => {
      await using s = await withOrphan("on trial");
      s.world.iam.fail({ operation: list, times: 100, fault: { status: 403 } });
      assert.equal((await s.stack.refresh()).error, undefined);
      const run = await s.stack.up({ description: "changed" });
      assert.equal(run.error, undefined);
      assert.match(String(run.warnings), /not known whether an interrupted run left keys behind: .*403/);
      assert.equal((await s.stack.destroy()).error, undefined);
      assertKeys(s.world, s.account, [s.orphan]);
    });

    test("of another resource's it deletes none, also when that has its name and another form", async () => {
      await using s = await begin();
      const form = TAGGED_KINDS.find(
        ({ keys, isRotating }) => keys === kind.keys && isRotating !== kind.isRotating,
      );
      const namesake = new TaggedStack(s.world, form ?? assert.fail(), "project/stack/uploads");
      const runs = [await namesake.up()];
      s.world.advance(SECOND);
      runs.push(await s.stack.up());
      s.world.advance(SECOND);
      runs.push(await s.stack.up({ description: "changed" }));
      runs.push(await namesake.up({ description: "changed" }));
      runs.push(await s.stack.destroy());
      assert.deepEqual(
        runs.flatMap(({ warnings }) => warnings),
        [],
      );
      assertKeys(s.world, s.account, namesake.ids);
    });
  });

  describe(`${kind.type}, when its place is taken`, () => {
    test("after a destroy there is a new key, and not the answer to the first create", async () => {
      await using s = await begin();
      await s.stack.up();
      const [first] = s.stack.ids;
      await s.stack.destroy();
      s.world.advance(5 * SECOND);
      assert.equal((await s.stack.up({ verify: false })).error, undefined);
      assert.notEqual(s.stack.ids[0], first);
      await s.assertSound();
    });

    test("by an order of the engine, of which the provider is told nothing: the old key is left to the engine", async () => {
      await using s = await begin();
      await s.stack.up();
      const [old] = s.stack.ids;
      s.world.advance(DAY);
      const run = await s.stack.replaceUntold();
      assert.equal(run.error, undefined);
      assert.equal(run.operations.filter((operation) => operation === remove).length, 1);
      assert.notEqual(s.stack.ids[0], old);
      // Nothing is promised of a key that the engine is about to delete.
      assert.doesNotMatch(String(run.warnings), /It stays\./);
      await s.assertSound();
    });

    test("a key that the engine has yet to delete is left to it, while consumers change over", async () => {
      await using s = await begin();
      await s.stack.up();
      const old = s.stack.stored ?? assert.fail();
      const [oldId] = s.stack.ids;
      s.world.advance(DAY);
      const other = s.world.iam.addServiceAccount();
      // The old keys cannot be deleted in the run that replaces them.
      s.world.iam.fail({ operation: remove, times: 100, fault: { status: 403 } });
      await s.stack.up({ serviceAccountId: other });
      s.world.iam.clearFaults();
      assert.deepEqual(
        s.stack.pending.map(({ id }) => id),
        [old.id],
      );
      const pending = s.stack.pending.splice(0);
      s.world.advance(SECOND);
      await s.stack.up({ serviceAccountId: other, description: "changed" });
      await s.stack.refresh();
      assert.equal(s.stack.stored?.outputs.lost, undefined);
      assert.ok(
        s.world.iam.keys().some(({ id }) => id === oldId),
        "deleted before its time",
      );
      s.stack.pending = pending;
      await s.stack.up({ serviceAccountId: other });
      assertKeys(s.world, s.account, []);
    });
  });
}

// The waits between the tries are real, so that one kind stands for all.
test("every answer to a create is cut off: no key is left that no state has", async () => {
  const [kind = assert.fail("no kind has a tag")] = TAGGED_KINDS;
  await using s = await startTagged(kind);
  s.world.iam.fail({ operation: `${kind.service}.create`, times: 100, fault: { drop: "midBody" } });
  const { error } = await s.stack.up();
  assert.match(String(error), /was deleted again/);
  // What is said of the failure goes on from its own words.
  assert.equal(String(error).match(/CONNECTION_FAILED/g)?.length, 1);
  assertKeys(s.world, s.account, []);
});
