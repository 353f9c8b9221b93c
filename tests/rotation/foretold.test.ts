import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseDuration } from "../../provider/rotation/duration.ts";
import { AWS_KEY, type Begun, begin, STATIC_KEY } from "../../simulation/rotatingKinds.ts";
import { Stack } from "../../simulation/stack.ts";
import { DAY, HOUR, startWorld } from "../../simulation/world.ts";
import { assertKeys } from "./expectations.ts";

/** What the work has the provider say, beside warnings. */
async function toldDuring(s: Pick<Begun, "world">, work: () => Promise<unknown>): Promise<string[]> {
  const before = s.world.told.length;
  await work();
  return s.world.told.slice(before);
}

const minute = (at: number) => `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;

for (const kind of [STATIC_KEY, AWS_KEY]) {
  describe(`${kind.type}: a run says what becomes of the key, and why`, () => {
    const NAME = `uploads (${kind.type})`;

    test("that is due, ordered, or asked for by keepers; of one that stays it says nothing", async () => {
      await using s = await begin(kind);
      const due = Date.parse(String(s.stack.stored?.outputs.rotatesAt));
      s.world.advance(31 * DAY);
      const old = s.current?.id;
      const until = minute(Date.now() + (parseDuration(String(kind.policy.overlap)) ?? 0));
      assert.deepEqual(await toldDuring(s, () => s.run()), [
        `${NAME}: new key: due since ${minute(due)} (every 30d); ${old} keeps working until ${until}.`,
      ]);
      assert.deepEqual(await toldDuring(s, () => s.run()), []);
      const change = { keepers: { generation: "2" } };
      const [kept] = await toldDuring(s, () => s.run(change));
      assert.match(String(kept), /: new key: keepers changed; /);
      s.world.config["iam-keys:rotateNow"] = "incident-42:*";
      const [ordered] = await toldDuring(s, () => s.run(change));
      assert.match(String(ordered), /: new key: ordered by iam-keys:rotateNow \(incident-42\); /);
      assert.deepEqual(await toldDuring(s, () => s.run(change)), []);
    });

    test("whose policy changed: when it is due from then on", async () => {
      await using s = await begin(kind);
      const due = Date.parse(String(s.stack.stored?.outputs.rotatesAt)) + 30 * DAY;
      s.world.advance(DAY);
      const ids = s.world.keysOf(s.owner).map(({ id }) => id);
      assert.deepEqual(await toldDuring(s, () => s.run({ rotate: { every: "60d" } })), [
        `${NAME}: policy changed; next rotation ${minute(due)}; no new key.`,
      ]);
      assert.deepEqual(await toldDuring(s, () => s.run({ rotate: undefined })), [
        `${NAME}: policy changed; no rotation by age; no new key.`,
      ]);
      assert.equal(s.stack.stored?.outputs.rotatesAt, undefined);
      assertKeys(s.world, s.owner, ids);
    });

    test("that is gone", async () => {
      await using s = await begin(kind);
      s.world.advance(30 * DAY);
      await s.run();
      s.world.iam.remove(s.current?.id ?? "");
      await s.stack.refresh();
      assert.deepEqual(await toldDuring(s, () => s.run()), [`${NAME}: new key: there is no key.`]);
    });
  });
}

test("a plain key that is due: what takes its place", async () => {
  await using world = await startWorld();
  const { serviceAccountId } = world.iam;
  const stack = new Stack(world, "yandex:StaticAccessKey");
  const news = { serviceAccountId, rotate: { every: "30d" } };
  await stack.run(news);
  const { id, outputs } = stack.stored ?? assert.fail();
  world.advance(31 * DAY);
  assert.deepEqual(await toldDuring({ world }, () => stack.run(news)), [
    `uploads (yandex:StaticAccessKey): new key: due since ${minute(Date.parse(String(outputs.rotatesAt)))} (every 30d); it takes the place of ${id}.`,
  ]);
});

test("a due key whose previous key is in the way is held, and no run has anything to do until that may go", async () => {
  const rotate = { every: "8d" };
  await using s = await begin(AWS_KEY, { rotate, overlap: "5d", retire: { grace: "2d" } });
  s.world.advance(9 * DAY);
  await s.run();
  const previous = s.previous?.id;
  s.world.advance(HOUR);
  // A shorter policy makes the new key due while the previous one is in its overlap.
  const shorter = { rotate: { every: "30m" }, overlap: "5m", retire: { grace: "5m" } };
  const run = await s.run(shorter);
  assert.deepEqual(run.operations.slice(0, 2), ["aws:ListAccessKeys", "aws:UpdateAccessKey"]);
  const waits = await s.run(shorter);
  assert.deepEqual([waits.did, waits.operations], ["nothing", []]);
  assert.match(
    String(waits.warnings),
    new RegExp(`: held until the previous key ${previous} is gone: due since`),
  );
});

test("a new key whose run fails after it was made is not made twice", async () => {
  await using s = await begin(STATIC_KEY, {
    ...STATIC_KEY.policy,
    overlap: "0s",
    keepers: { generation: "1" },
  });
  const change = { keepers: { generation: "2" } };
  s.world.iam.fail({ operation: "AccessKey.delete", fault: { status: 403 } });
  assert.equal((await s.run(change)).error?.name, "PartialFailure");
  const made = s.current?.id;
  s.world.iam.clearFaults();
  assert.equal((await s.run(change)).error, undefined);
  assert.equal(s.current?.id, made);
  assertKeys(s.world, s.owner, [made]);
  assert.equal((await s.run(change)).did, "nothing");
});

for (const type of ["yandex:StaticAccessKey", "yandex:RotatingStaticAccessKey"]) {
  test(`${type}: an order that stands when a key is made is carried out by making it`, async () => {
    await using world = await startWorld({ config: { "iam-keys:rotateNow": "incident-1:*" } });
    const { serviceAccountId } = world.iam;
    const stack = new Stack(world, type);
    await stack.run({ serviceAccountId });
    assert.equal(stack.stored?.outputs.rotateNow, "incident-1");
    world.advance(DAY);
    assert.equal((await stack.run({ serviceAccountId })).did, "nothing");
  });
}

test("a policy for the old key without one for a new key is said to do nothing, once in a run", async () => {
  const idle = /overlap and retire without rotate: nothing makes a new key but an order/;
  await using s = await begin(STATIC_KEY, { rotate: { every: "30d" }, overlap: "7d" });
  const warningsOf = async (change: Record<string, unknown>) =>
    (await s.run(change)).warnings.filter((text) => idle.test(text)).length;
  const retire = { unlessUsedWithin: "1d" };
  assert.equal(await warningsOf({ retire }), 0);
  assert.equal(await warningsOf({ retire, rotate: undefined, keepers: { generation: "1" } }), 0);
  assert.equal(await warningsOf({ retire, rotate: undefined }), 1);
});
