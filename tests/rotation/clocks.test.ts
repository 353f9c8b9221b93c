import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ServerClock } from "../../provider/api/serverClock.ts";
import { isAccepted } from "../../simulation/consumer.ts";
import { AWS_KEY, begin, SERVICE_ACCOUNT_KEY, STATIC_KEY } from "../../simulation/rotatingKinds.ts";
import { Stack } from "../../simulation/stack.ts";
import { DAY, HOUR, SECOND, startWorld } from "../../simulation/world.ts";

const MINUTE = 60 * SECOND;

for (const kind of [STATIC_KEY, SERVICE_ACCOUNT_KEY, AWS_KEY]) {
  describe(`${kind.type}: a clock that is wrong`, () => {
    test("one that is ahead ends no overlap early, and is told of", async () => {
      await using s = await begin(kind);
      s.world.advance(30 * DAY);
      await s.run();
      const { previous } = s;
      s.world.advance(4 * DAY);
      s.world.skew = 4 * DAY;
      const early = await s.run();
      assert.equal(early.error, undefined);
      const told = `its previous key ${previous?.id} stays, because its time has not come: this machine's clock is 4 days ahead of the server's`;
      assert.ok(String(early.warnings).includes(told), String(early.warnings));
      assert.deepEqual(s.previous, previous);
      assert.equal(await isAccepted(s.world, previous?.id ?? "", previous ?? {}), true);

      s.world.advance(4 * DAY);
      await s.run();
      assert.equal(await isAccepted(s.world, previous?.id ?? "", previous ?? {}), false);
    });

    test("one that is behind when a key is replaced makes its overlap no shorter", async () => {
      await using s = await begin(kind);
      // A signed token is good for an hour: by a clock that is further off, no key of an account can be tried.
      const behind = 50 * MINUTE;
      s.world.advance(30 * DAY + behind);
      s.world.skew = -behind;
      const run = await s.run();
      assert.equal(run.error, undefined);
      const replacedAt = Date.parse(String(s.previous?.replacedAt));
      assert.ok(Math.abs(replacedAt - Date.now()) < 20 * MINUTE, s.previous?.replacedAt);
    });

    test("an answer that is old makes the overlap no shorter either", async () => {
      await using s = await begin(kind);
      s.world.skew = 5 * HOUR;
      s.world.advance(30 * DAY - 5 * HOUR);
      const run = await s.run({ verify: false });
      assert.deepEqual([run.did, run.error], ["update", undefined]);
      const replacedAt = Date.parse(String(s.previous?.replacedAt));
      assert.ok(replacedAt > Date.now() + 5 * HOUR - 20 * MINUTE, s.previous?.replacedAt);
    });

    test("who may not list keys is told the time as well", async () => {
      await using s = await begin(kind);
      s.world.advance(30 * DAY);
      await s.run();
      const { previous } = s;
      s.world.skew = 8 * DAY;
      s.world.iam.fail({ operation: kind.list, times: 9, fault: kind.denied });
      const run = await s.run();
      assert.equal(run.error, undefined);
      assert.match(String(run.warnings), /its time has not come: this machine's clock is 8 days ahead/);
      assert.deepEqual(s.previous, previous);
    });
  });
}

for (const type of ["yandex:RotatingStaticAccessKey", "yandex:StaticAccessKey"])
  test(`${type}: a key whose age counts from the future is told of in each run, until an order replaces it`, async () => {
    await using world = await startWorld();
    const stack = new Stack(world, type);
    const { serviceAccountId } = world.iam;
    const run = () => stack.run({ serviceAccountId, rotate: { every: "30d" }, verify: false });
    const toldOf = async () => {
      const { error, warnings } = await run();
      assert.equal(error, undefined);
      return warnings.filter((words) => words.includes("which is in the future"));
    };
    world.skew = 400 * DAY;
    assert.deepEqual(await toldOf(), []);
    world.skew = 0;
    for (let time = 0; time < 2; time++) {
      const [words, ...others] = await toldOf();
      assert.match(
        words ?? "",
        /counts from \d{4}-\d\d-\d\d, .* not rotated by age before \d{4}-\d\d-\d\d\..*iam-keys:rotateNow/,
      );
      assert.deepEqual(others, []);
    }
    world.config["iam-keys:rotateNow"] = "clock-1:*";
    await run();
    assert.deepEqual(await toldOf(), []);
  });

test("a key that is less than a day ahead is not told of, and neither is one without a rotation by age", async () => {
  await using world = await startWorld();
  const { serviceAccountId } = world.iam;
  for (const [skew, news] of [
    [20 * HOUR, { rotate: { every: "30d" } }],
    [400 * DAY, {}],
  ] as const) {
    const stack = new Stack(world, "yandex:StaticAccessKey", `project/stack/key-${skew}`);
    world.skew = skew;
    await stack.run({ serviceAccountId, verify: false, ...news });
    world.skew = 0;
    assert.deepEqual((await stack.run({ serviceAccountId, verify: false, ...news })).warnings, []);
  }
});

test("the last answer with a date counts, and less than a minute counts as nothing", () => {
  let now = Date.parse("2026-01-01T12:00:00Z");
  const clock = new ServerClock({ now: () => now } as never);
  assert.equal(clock.aheadMs, undefined);
  for (const date of [undefined, "", "yesterday"]) clock.heard(date);
  assert.equal(clock.aheadMs, undefined);
  clock.heard("Thu, 01 Jan 2026 11:00:00 GMT");
  assert.equal(clock.aheadMs, HOUR);
  clock.heard(undefined);
  assert.equal(clock.aheadMs, HOUR);
  clock.heard("Thu, 01 Jan 2026 14:00:00 GMT");
  assert.equal(clock.aheadMs, -2 * HOUR);
  now += 2 * HOUR - 59 * SECOND;
  clock.heard("Thu, 01 Jan 2026 14:00:00 GMT");
  assert.equal(clock.aheadMs, 0);
});
