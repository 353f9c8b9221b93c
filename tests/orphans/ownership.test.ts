import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { loadLifecycle } from "../../provider/lifecycle/loadLifecycle.ts";
import { Session } from "../../provider/session.ts";
import { stateOf } from "../../simulation/stack.ts";
import { DAY, HOUR, SECOND } from "../../simulation/world.ts";
import { assertKeys } from "../rotation/expectations.ts";
import { leftoversNamedIn, STATIC_KINDS, startTagged, type TaggedWorld } from "./taggedKinds.ts";

for (const kind of STATIC_KINDS) {
  const begin = async () => {
    const s = await startTagged(kind);
    assert.equal((await s.stack.up()).error, undefined);
    return s;
  };

  const rotate = async (s: TaggedWorld, stack = s.stack) => {
    s.world.advance(30 * DAY);
    assert.equal((await stack.up()).error, undefined);
  };

  const deletedIn = ({ world }: TaggedWorld) =>
    world.iam.requests.filter(({ method }) => method === "DELETE").map(({ path }) => path.split("/").at(-1));

  describe(`${kind.type}: a key that anybody may hold stays`, () => {
    test("where the stack was renamed, and another one has its old name now: neither deletes the other's", async () => {
      await using s = await begin();
      await rotate(s);
      const held = s.stack.ids;
      const fresh = s.stackOf();
      const created = await fresh.up();
      assert.deepEqual(leftoversNamedIn(created), [...held].sort());
      await rotate(s, fresh);
      await fresh.up({ description: "changed" });
      await fresh.refresh();
      for (const id of held) assert.ok(s.exists(id), `${id} was deleted`);

      const renamed = { owner: "project/renamed/uploads" };
      assert.equal((await s.stack.up(renamed)).error, undefined);
      for (const id of [...s.stack.ids, ...fresh.ids]) assert.ok(s.exists(id), `${id} was deleted`);
      const destroyed = await fresh.destroy();
      assert.equal(destroyed.error, undefined);
      for (const id of s.stack.ids) assert.ok(s.exists(id), `${id} was deleted`);
      await s.assertSound(
        s.world.keysOf(s.account).flatMap(({ id }) => (s.stack.ids.includes(id) ? [] : id)),
      );
    });

    test("where its resource left the state and was made anew: each later run and refresh names it, until it is gone", async () => {
      await using s = await begin();
      await rotate(s);
      const kept = s.stack.ids.sort();
      s.stack.retain();
      assert.deepEqual(leftoversNamedIn(await s.stack.up()), kept);
      for (const again of [
        await s.stack.up(),
        await s.stack.refresh(),
        await s.stack.up(),
        await s.stack.up({ description: "changed" }),
        await s.stack.refresh(),
      ])
        assert.deepEqual([again.error, leftoversNamedIn(again)], [undefined, kept]);
      await rotate(s);
      for (const id of kept) assert.ok(s.exists(id));

      for (const id of kept) s.world.iam.remove(id);
      assert.deepEqual((await s.stack.up()).warnings, []);
      assert.deepEqual((await s.stack.refresh()).warnings, []);
      assert.equal(s.stack.stored?.outputs.leftovers, undefined);
      await s.assertSound();
    });

    for (const rotations of [1, 2]) {
      test(`where the state comes from a backup that is ${rotations} rotation(s) old`, async () => {
        for (const then of ["up", "refresh and up", "destroy"]) {
          await using s = await begin();
          await rotate(s);
          const backup = structuredClone(s.stack.stored);
          for (let time = 0; time < rotations; time++) await rotate(s);
          const confirmed = s.stack.ids;
          const before = deletedIn(s);
          s.stack.stored = backup;
          const own = s.stack.ids;
          if (then.includes("refresh")) assert.equal((await s.stack.refresh()).error, undefined);
          s.world.advance(HOUR);
          const run = then === "destroy" ? await s.stack.destroy() : await s.stack.up();
          assert.equal(run.error, undefined);
          for (const id of confirmed)
            if (!own.includes(id)) {
              assert.ok(s.exists(id), `${id} was deleted (${then})`);
              assert.ok(leftoversNamedIn(run).includes(id), `${id} is not named (${then})`);
            }
          const deleted = deletedIn(s).slice(before.length);
          assert.deepEqual(
            deleted.filter((id) => !own.includes(String(id))),
            [],
          );
        }
      });
    }

    test("where two stacks go on from the same export, and both rotate", async () => {
      await using s = await begin();
      await rotate(s);
      const other = s.stackOf();
      other.stored = structuredClone(s.stack.stored);
      const shared = s.stack.ids;
      for (let time = 0; time < 3; time++) {
        await rotate(s);
        await rotate(s, other);
        for (const id of s.stack.ids) assert.ok(s.exists(id) || shared.includes(id), `${id} was deleted`);
        for (const id of other.ids) assert.ok(s.exists(id) || shared.includes(id), `${id} was deleted`);
      }
      assertKeys(s.world, s.account, [...s.stack.ids, ...other.ids]);
      assert.deepEqual(leftoversNamedIn(await s.stack.refresh()), other.ids.sort());
      assert.equal((await other.destroy()).error, undefined);
      await s.assertSound();
    });

    test("where a copy of the state saw it on trial, and another one has handed it out since", async () => {
      await using s = await begin();
      const copy = s.stackOf();
      copy.stored = structuredClone(s.stack.stored);
      s.world.advance(30 * DAY);
      s.world.iam.fail({ operation: `${kind.service}.update`, fault: { pause: "before" } });
      const run = s.stack.up();
      const endOfTrial = await s.world.iam.held();
      await copy.refresh();
      endOfTrial.release();
      assert.equal((await run).error, undefined);
      assert.equal((await copy.up({ description: "changed" })).error, undefined);
      assert.ok(s.exists(String(s.stack.ids[0])), "deleted, though somebody has it");
    });

    test("where --replace makes its resource anew: the runs after that name what was left before, and not the old key", async () => {
      await using s = await begin();
      s.world.advance(SECOND);
      const left = await s.plant("aaaaaaaa.1");
      assert.deepEqual(leftoversNamedIn(await s.stack.refresh()), [left]);
      const old = s.stack.stored ?? assert.fail();
      s.world.advance(HOUR);
      const lifecycle = await loadLifecycle(kind.type, new Session(s.world.ports));
      // The engine says that there is one, and asks for no difference.
      await lifecycle.check(old.inputs, old.inputs);
      const { inputs } = await lifecycle.check({}, old.inputs);
      const { id, outputs } = await lifecycle.create(inputs);
      await lifecycle.delete(old.id, old.outputs);
      s.stack.stored = { id, inputs: stateOf(inputs), outputs: stateOf(outputs) };
      for (let time = 0; time < 2; time++) assert.deepEqual(leftoversNamedIn(await s.stack.up()), [left]);
      s.world.iam.remove(left);
      assert.deepEqual((await s.stack.up()).warnings, []);
      await s.assertSound();
    });

    test("where it only looks like one of the resource's", async () => {
      await using s = await begin();
      await rotate(s);
      await rotate(s);
      const [instance] = s.stack.markAfter(0).split(".");
      const marks = [
        "aaaaaaaa.2",
        "aaaaaaaa.9?",
        `${instance}.1`,
        s.stack.markAfter(1),
        s.stack.markAfter(0),
        "",
      ];
      const lookAlikes = await Promise.all(marks.map((mark) => s.plant(mark)));
      s.world.advance(SECOND);
      const expected = [...lookAlikes].sort();
      assert.deepEqual(leftoversNamedIn(await s.stack.refresh()), expected);
      assert.equal(s.stack.stored?.outputs.lost, undefined);
      assert.deepEqual(leftoversNamedIn(await s.stack.up({ description: "changed" })), expected);
      await rotate(s);
      await s.assertSound(lookAlikes);
      assert.deepEqual(leftoversNamedIn(await s.stack.destroy()), expected);
      assertKeys(s.world, s.account, lookAlikes);
    });
  });

  describe(`${kind.type}: a key that nobody ever got goes`, () => {
    for (const further of [-1, 0, 1, 5]) {
      test(`it has the mark of the resource and is on trial, ${further} after its newest key`, async () => {
        await using s = await begin();
        await rotate(s);
        await rotate(s);
        const lost = await s.plant(`${s.stack.markAfter(further)}?`);
        const run = await s.stack.up({ description: "changed" });
        assert.match(
          String(run.warnings),
          new RegExp(`key ${lost}, which an interrupted run .* was deleted`),
        );
        await s.assertSound();
      });
    }

    test("of two first keys of one instance, that which no state has", async () => {
      await using s = await begin();
      const lost = await s.plant(s.stack.markAfter(0));
      const run = await s.stack.up({ description: "changed" });
      assert.match(String(run.warnings), new RegExp(`key ${lost}, which an interrupted run .* was deleted`));
      await s.assertSound();
    });
  });

  test(`${kind.type}: a resource that the engine replaces without a word begins anew, and deletes nothing by itself`, async () => {
    await using s = await begin();
    await rotate(s);
    const [held, [instance]] = [s.stack.ids, s.stack.markAfter(0).split(".")];
    const lost = await s.plant(`${s.stack.markAfter(1)}?`);
    const before = deletedIn(s);
    const run = await s.stack.replaceUntold();
    assert.equal(run.error, undefined);
    assert.deepEqual(deletedIn(s).slice(before.length).sort(), [...held].sort());
    const [born, number] = s.stack.markAfter(0).split(".");
    assert.notEqual(born, instance);
    assert.equal(number, "1");
    await s.assertSound([lost]);
  });
}
