import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Fault } from "../../local/iam/index.ts";
import type { RotatingState } from "../../provider/lifecycle/rotatingState.ts";
import { isAccepted } from "../../simulation/consumer.ts";
import { AWS_KEY, begin } from "../../simulation/rotatingKinds.ts";
import { Stack } from "../../simulation/stack.ts";
import { DAY, HOUR, startWorld, type World } from "../../simulation/world.ts";

describe("a create on AWS of which nobody knows what it did", () => {
  const faults: Readonly<Record<string, Fault>> = {
    "500": { status: 500, when: "after" },
    "503": { status: 503, when: "after" },
    "a cut connection": { drop: "after" },
  };
  for (const [name, fault] of Object.entries(faults)) {
    test(`${name}: neither the stack's own key nor one that somebody uses is spoken of`, async () => {
      await using world = await startWorld();
      const userName = world.iam.addUser("mailer");
      const [own, theirs] = [new Stack(world, "aws:AccessKey"), world.iam.addUser("somebody")];
      assert.equal((await own.run({ userName })).error, undefined);
      const used = await world.iam.plantKey({ kind: "aws:AccessKey", owner: theirs });
      world.iam.patch(used, { lastUsedAt: new Date().toISOString() });
      world.advance(DAY);
      for (const account of [userName, theirs]) {
        world.iam.fail({ operation: "aws:CreateAccessKey", fault });
        const stack = account === userName ? own : new Stack(world, "aws:AccessKey");
        const { error } = await stack.run({ userName: account, keepers: { generation: "2" } });
        const words = String(error);
        assert.match(words, /It is not known whether a key was made/);
        assert.doesNotMatch(words, new RegExp(`${own.stored?.id}|${used}`));
        assert.doesNotMatch(words, /\$response|hidden field/);
        assert.ok(world.iam.keys().some(({ id }) => id === used));
      }
    });
  }
});

for (const type of ["aws:AccessKey", "aws:RotatingAccessKey"]) {
  const idOf = ({ stored }: Stack) =>
    type === "aws:AccessKey" ? stored?.id : (stored?.outputs.current as { id: string } | undefined)?.id;

  describe(`${type}, when somebody changes it`, () => {
    for (const isLookedAt of [true, false]) {
      const first = isLookedAt ? "a refresh keeps it, and a destroy" : "a destroy alone";
      test(`its user gets another name: ${first} deletes it there`, async () => {
        await using world = await startWorld();
        const userName = world.iam.addUser("mailer");
        const stack = new Stack(world, type);
        await stack.run({ userName });
        const id = idOf(stack);
        world.iam.renameUser("mailer", "postmaster");
        if (isLookedAt) assert.equal((await stack.refresh()).error, undefined);
        assert.equal(idOf(stack), id);
        assert.equal((await stack.destroy()).error, undefined);
        assert.ok(world.iam.keys().every((key) => key.id !== id));
      });
    }

    test("it is made inactive: it stays so, and each run says it", async () => {
      await using world = await startWorld();
      const userName = world.iam.addUser("mailer");
      const stack = new Stack(world, type);
      await stack.run({ userName });
      const id = String(idOf(stack));
      world.iam.patch(id, { status: "Inactive" });
      await stack.refresh();
      for (let time = 0; time < 2; time++) {
        const { did, warnings } = await stack.run({ userName });
        assert.equal(did, "nothing");
        assert.match(
          String(warnings),
          new RegExp(`status of key ${id} is Inactive, and the program does not set it: it stays so`),
        );
      }
      const statusOf = () => world.iam.keys().find((key) => key.id === id)?.status;
      assert.equal(statusOf(), "Inactive");
      await stack.run({ userName, status: "Active" });
      assert.equal(statusOf(), "Active");
    });
  });
}

describe("aws:RotatingAccessKey, whose user gets another name, which the program takes over", () => {
  for (const isRefreshed of [false, true])
    test(`its keys stay, with${isRefreshed ? "" : "out"} a refresh before, and end in their time`, async () => {
      await using s = await begin(AWS_KEY);
      s.world.advance(30 * DAY);
      await s.run();
      const { ids, owner } = s;
      s.world.iam.renameUser(owner, "postmaster");
      if (isRefreshed) await s.stack.refresh();
      const renamed = { userName: "postmaster" };
      const { did, because, error } = await s.run(renamed);
      assert.deepEqual([did, because, error], ["update", ["userName"], undefined]);
      assert.deepEqual([s.ids, s.current?.userName], [ids, "postmaster"]);
      assert.equal(s.stack.stored?.outputs.userName, "postmaster");
      assert.equal((await s.run(renamed)).did, "nothing");
      for (let day = 0; day < 8; day++, s.world.advance(DAY))
        assert.equal((await s.run(renamed)).error, undefined);
      assert.deepEqual(
        s.world.keysOf("postmaster").map(({ id }) => id),
        [ids[0]],
      );
    });

  test("a user who took the old name, or another user, is another one: the key is replaced", async () => {
    await using s = await begin(AWS_KEY);
    const { current } = s;
    s.world.iam.addUser("mailer");
    const { did, error } = await s.run({ userName: "mailer" });
    assert.deepEqual([did, error], ["replace", undefined]);
    assert.notEqual(s.current?.id, current?.id);
    assert.deepEqual(s.world.keysOf(s.owner), []);
  });

  test("with an edit of keepers: the next key is of the user by the new name", async () => {
    await using s = await begin(AWS_KEY);
    const { current } = s;
    s.world.iam.renameUser(s.owner, "postmaster");
    const { did, error } = await s.run({ userName: "postmaster", keepers: { generation: "2" } });
    assert.deepEqual([did, error, s.previous?.id], ["update", undefined, current?.id]);
    assert.equal(s.world.keysOf("postmaster").length, 2);
  });
});

describe("aws:RotatingAccessKey, whose keys somebody makes inactive", () => {
  const policy = { rotate: { every: "30d" }, overlap: "5d", retire: { grace: "2d" } };
  async function rotated(world: World) {
    const userName = world.iam.addUser("mailer");
    const stack = new Stack(world, "aws:RotatingAccessKey");
    await stack.run({ userName, ...policy });
    return { stack, run: () => stack.run({ userName, ...policy }) };
  }
  const held = (stack: Stack) => (stack.stored?.outputs ?? {}) as RotatingState;

  test("the current one: what replaces it does not promise that it works", async () => {
    await using world = await startWorld();
    const { stack, run } = await rotated(world);
    const id = String(held(stack).current?.id);
    world.iam.patch(id, { status: "Inactive" });
    await stack.refresh();
    world.advance(30 * DAY);
    assert.equal((await run()).error, undefined);
    assert.match(String(world.told), new RegExp(`new key: due since .*; ${id} stays inactive until 20`));
    assert.doesNotMatch(String(world.told), /keeps working/);
  });

  for (const [how, retire] of [
    ["", { grace: "2d" }],
    [", and is used", { grace: "2d", unlessUsedWithin: "3d" }],
  ] as const) {
    test(`the previous one, which its retirement made inactive, and a person active${how}: it is not deleted`, async () => {
      await using s = await begin(AWS_KEY);
      s.world.advance(30 * DAY);
      await s.run({ retire });
      const id = String(s.previous?.id);
      s.world.advance(6 * DAY);
      await s.run({ retire });
      s.world.iam.patch(id, { status: "Active" });
      s.world.advance(2 * DAY);
      assert.equal(await isAccepted(s.world, id, s.previous ?? {}), true);
      const { warnings, error } = await s.run({ retire });
      assert.equal(error, undefined);
      assert.match(String(warnings), new RegExp(`${id} stays, because somebody has made it active again`));
      assert.equal(await isAccepted(s.world, id, s.previous ?? {}), true);
      // From now on its policy counts again, and its grace from its beginning.
      await s.run({ retire });
      const isUsed = "unlessUsedWithin" in retire;
      assert.equal(s.previous?.status, isUsed ? "Active" : "Inactive");
      s.world.advance(2 * DAY - HOUR);
      await s.run({ retire });
      assert.equal(s.previous?.id, id);
      s.world.advance(2 * DAY);
      for (let run = 0; run < 2; run++, s.world.advance(2 * DAY)) await s.run({ retire });
      assert.equal(s.previous, undefined);
    });
  }

  test("the previous one: each run says it, until it goes as the policy has it", async () => {
    await using world = await startWorld();
    const { stack, run } = await rotated(world);
    world.advance(30 * DAY);
    await run();
    const id = String(held(stack).previous?.id);
    world.iam.patch(id, { status: "Inactive" });
    await stack.refresh();
    for (let time = 0; time < 2; time++) {
      const { did, warnings } = await run();
      assert.equal(did, "nothing");
      assert.match(String(warnings), new RegExp(`its previous key ${id} is inactive, and stays so`));
    }
    for (let time = 0; time < 4; time++, world.advance(3 * DAY)) await run();
    assert.equal(held(stack).previous, undefined);
    assert.ok(world.iam.keys().every((key) => key.id !== id));
  });
});
