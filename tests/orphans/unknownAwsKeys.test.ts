import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { loadLifecycle } from "../../provider/lifecycle/loadLifecycle.ts";
import { Session } from "../../provider/session.ts";
import { isAccepted } from "../../simulation/consumer.ts";
import { Stack } from "../../simulation/stack.ts";
import { DAY, startWorld } from "../../simulation/world.ts";
import { assertKeys } from "../rotation/expectations.ts";

for (const type of ["aws:AccessKey", "aws:RotatingAccessKey"]) {
  /** Beside the key of the state there is one of which it knows nothing, as a killed run leaves it. */
  async function begin() {
    const world = await startWorld();
    const { userName } = world.iam;
    const stack = new Stack(world, type);
    const run = (generation: string) => stack.run({ userName, keepers: { generation } });
    assert.equal((await run("1")).error, undefined);
    world.advance(DAY);
    const killed = new Stack(world, "aws:AccessKey");
    await killed.run({ userName, verify: false });
    const { id: lost, outputs } = killed.stored ?? assert.fail();
    const described = new RegExp(`${lost} \\(Active, made ${outputs.createDate}, never used\\)`);
    world.advance(DAY);
    return {
      world,
      userName,
      stack,
      run,
      lost,
      lostOutputs: outputs,
      described,
      [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
    };
  }

  describe(`${type}, when its user has a key that nobody knows`, () => {
    test("destroy names it, with its age and last use, and does not delete it", async () => {
      await using s = await begin();
      const { error, warnings } = await s.stack.destroy();
      assert.equal(error, undefined);
      assert.equal(warnings.length, 1);
      assert.match(String(warnings), s.described);
      assertKeys(s.world, s.userName, [s.lost]);
    });

    test("a refresh names it, with no request more than it takes to say so, unless somebody uses it", async () => {
      await using s = await begin();
      const { error, warnings, operations } = await s.stack.refresh();
      assert.equal(error, undefined);
      assert.match(String(warnings), s.described);
      assert.deepEqual(operations, ["aws:ListAccessKeys", "aws:GetAccessKeyLastUsed"]);

      assert.equal(await isAccepted(s.world, s.lost, s.lostOutputs), true);

      assert.deepEqual((await s.stack.refresh()).warnings, []);
    });

    test("a run that needs its place names it, and no other, and changes nothing", async () => {
      await using s = await begin();
      const { stored } = s.stack;
      const live = s.world.keysOf(s.userName);
      const { error } = await s.run("2");
      assert.match(String(error), /LIMIT_EXCEEDED/);
      assert.match(String(error), s.described);
      for (const { id } of live) assert.equal(String(error).includes(id), id === s.lost);
      assert.deepEqual([s.stack.stored, s.world.keysOf(s.userName)], [stored, live]);
    });

    test("who may not look at keys is told so, and destroys all the same", async () => {
      await using s = await begin();
      for (const operation of ["aws:ListAccessKeys", "aws:GetAccessKeyLastUsed"])
        s.world.iam.fail({ operation, fault: { status: 403, code: "AccessDenied" } });
      const { error, warnings } = await s.stack.destroy();
      assert.equal(error, undefined);
      assert.match(String(warnings), /not known whether an interrupted run left keys behind: .*AccessDenied/);
      assertKeys(s.world, s.userName, [s.lost]);
    });
  });
}

test("a key of which nobody may see the last use is somebody's: it is named where it is in the way, and no leftover", async () => {
  await using world = await startWorld();
  const { userName } = world.iam;
  const [first, second] = [new Stack(world, "aws:AccessKey"), new Stack(world, "aws:AccessKey")];
  for (const stack of [first, second]) await stack.run({ userName, verify: false });
  const fault = { status: 403, code: "AccessDenied" };
  world.iam.fail({ operation: "aws:GetAccessKeyLastUsed", times: Number.POSITIVE_INFINITY, fault });
  assert.deepEqual((await first.refresh()).warnings, []);
  const { error } = await first.run({ userName, keepers: { generation: "2" } });
  assert.match(String(error), new RegExp(`${second.stored?.id} \\(Active, made \\S+, last use not known\\)`));
  assert.deepEqual((await first.destroy()).warnings, []);
  assertKeys(world, userName, [second.stored?.id]);
});

test("the keys of the resource itself are not named", async () => {
  await using world = await startWorld();
  const { userName } = world.iam;
  const stack = new Stack(world, "aws:RotatingAccessKey");
  await stack.run({ userName });
  world.advance(31 * DAY);
  await stack.run({ userName, rotate: { every: "30d" } });
  assert.deepEqual((await stack.destroy()).warnings, []);
  assertKeys(world, userName, []);
});

for (const type of ["aws:AccessKey", "aws:RotatingAccessKey"]) {
  test(`${type}: of the key of another resource that is in the way, it is said whose it is, and to delete none that somebody has`, async () => {
    await using world = await startWorld();
    const { userName } = world.iam;
    const [mine, theirs] = [new Stack(world, type), new Stack(world, "aws:AccessKey", "project/stack/other")];
    for (const stack of [mine, theirs]) assert.equal((await stack.run({ userName })).error, undefined);
    const { stored: other = assert.fail() } = theirs;
    const { stored = assert.fail() } = mine;
    // One run has both.
    const session = new Session(world.ports);
    await (await loadLifecycle("aws:AccessKey", session)).diff(other.id, other.outputs, other.inputs);
    const lifecycle = await loadLifecycle(type, session);
    const inputs = { ...stored.inputs, keepers: { generation: "2" } };
    await lifecycle.diff(stored.id, stored.outputs, inputs);
    const run =
      type === "aws:AccessKey"
        ? lifecycle.create(inputs)
        : lifecycle.update(stored.id, stored.outputs, inputs);
    const message = await run.then(String, String);
    assert.match(message, /LIMIT_EXCEEDED/);
    assert.match(message, new RegExp(`${other.id} \\([^)]*\\), which is another resource's of this run`));
    assert.match(message, /If one of them belongs to no stack and nobody has it,/);
    assert.doesNotMatch(message, /: delete /);
  });
}
