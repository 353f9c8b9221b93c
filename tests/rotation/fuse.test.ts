import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { fuseAge } from "../../provider/rotation/fuse.ts";
import { isInWindow, WEEKDAYS } from "../../provider/rotation/window.ts";
import { happeningsOf } from "../../simulation/pipeline.ts";
import { rotatingKinds } from "../../simulation/rotatingKinds.ts";
import { simulate } from "../../simulation/simulation.ts";
import { Stack } from "../../simulation/stack.ts";
import { DAY, startWorld } from "../../simulation/world.ts";

const API_KEY = (await rotatingKinds()).find(({ type }) => type === "yandex:RotatingApiKey");

describe("expiryMargin", () => {
  test("is what is left when a policy is done with a key, however long it waited for its window", () => {
    const windowDays = fc.subarray([...WEEKDAYS], { minLength: 1 });
    const days = fc.integer({ min: 1, max: 90 });
    fc.assert(
      fc.property(windowDays, days, days, days, fc.nat(6), (open, every, overlap, margin, weekday) => {
        const window = { days: open, timeZone: "UTC" };
        const ends = fuseAge({ every: `${every}d`, window }, `${overlap}d`, `${margin}d`);
        const made = Date.parse("2026-01-05T12:00:00Z") + weekday * DAY;
        let rotated = made + every * DAY;
        while (!isInWindow(window, rotated)) rotated += DAY;
        assert.ok(made + ends - (rotated + overlap * DAY) >= margin * DAY);
      }),
    );
  });

  test("no consumer is refused in a year of a pipeline that misses runs and fails", async () => {
    assert.ok(API_KEY);
    const pipeline = { lasts: 365 * DAY, runEvery: DAY, missed: 0.2, failing: 0.2, consumers: 2, seed: 7 };
    const { refusals, broken } = await simulate({
      kind: API_KEY,
      policy: { rotate: { every: "20d" }, overlap: "9d", retire: { grace: "0s" }, expiryMargin: "10d" },
      delays: [DAY, 4 * DAY],
      happenings: happeningsOf(pipeline),
      lasts: pipeline.lasts,
    });
    assert.deepEqual([refusals, broken], [[], []]);
  });

  test("a key that nobody rotates ends, and the first run that works again makes another one", async () => {
    await using world = await startWorld();
    const stack = new Stack(world, "yandex:RotatingApiKey");
    const policy = { rotate: { every: "20d" }, overlap: "5d", expiryMargin: "10d" };
    const news = { serviceAccountId: world.iam.addServiceAccount(), ...policy };
    await stack.run(news);
    const held = () => stack.stored?.outputs.current as { id: string; expiresAt: string };
    const first = held();
    assert.equal(Math.round((Date.parse(first.expiresAt) - Date.now()) / DAY), 35);
    world.advance(36 * DAY);
    const { error } = await stack.run(news);
    assert.equal(error, undefined);
    assert.notEqual(held().id, first.id);
    assert.ok(Date.parse(held().expiresAt) > Date.now() + 34 * DAY);
  });

  test("a previous key that ends before its overlap is over is told of", async () => {
    await using world = await startWorld();
    const stack = new Stack(world, "yandex:RotatingApiKey");
    const policy = { rotate: { every: "60d" }, overlap: "7d", expiryMargin: "1d" };
    const news = { serviceAccountId: world.iam.addServiceAccount(), ...policy };
    await stack.run(news);
    world.advance(60 * DAY);
    await stack.run(news);
    assert.deepEqual((await stack.run(news)).warnings, []);
    const { warnings } = await stack.run({ ...news, overlap: "30d" });
    assert.match(String(warnings), /its previous key \S+ expires at \S+, before its overlap \(30d\) is over/);
  });

  test("is refused where a key may stay while it is used", async () => {
    await using world = await startWorld();
    const stack = new Stack(world, "yandex:RotatingApiKey");
    const news = {
      serviceAccountId: world.iam.addServiceAccount(),
      rotate: { every: "20d" },
      expiryMargin: "9d",
    };
    for (const retire of ["undo", { unlessUsedWithin: "1d" }, { onceCurrentUsed: true }]) {
      const { error, operations } = await stack.run({ ...news, retire });
      assert.match(String(error), /expiryMargin must be left out with retire/);
      assert.deepEqual(operations, []);
    }
  });
});
