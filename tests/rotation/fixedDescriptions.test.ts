import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { RotatingState } from "../../provider/lifecycle/rotatingState.ts";
import { Stack } from "../../simulation/stack.ts";
import { DAY, startWorld } from "../../simulation/world.ts";

describe("yandex:RotatingOAuthClientSecret", () => {
  test("no key that was handed out looks as if it was on trial, and none is deleted before its time", async () => {
    await using world = await startWorld();
    const stack = new Stack(world, "yandex:RotatingOAuthClientSecret");
    const news = { oauthClientId: "aje0oauthclient00000", rotate: { every: "30d" }, overlap: "7d" };
    await stack.run(news);
    world.advance(30 * DAY);
    assert.equal((await stack.run(news)).error, undefined);
    const { current, previous } = (stack.stored?.outputs ?? {}) as RotatingState;
    const keys = world.keysOf(news.oauthClientId);
    assert.deepEqual(
      keys.map(({ id }) => id),
      [previous?.id, current?.id],
    );
    for (const { description } of keys) assert.doesNotMatch(String(description), /\?/);
    world.advance(8 * DAY);
    await stack.run(news);
    assert.deepEqual(
      world.keysOf(news.oauthClientId).map(({ id }) => id),
      [current?.id],
    );
  });

  test("a key that a killed run has left is named, and never deleted: somebody may have got it", async () => {
    await using world = await startWorld();
    const stack = new Stack(world, "yandex:RotatingOAuthClientSecret");
    const news = { oauthClientId: "aje0oauthclient00000", rotate: { every: "30d" }, overlap: "7d" };
    await stack.run(news);
    const { stored } = stack;
    world.advance(30 * DAY);
    await stack.run(news);
    const lost = String(((stack.stored?.outputs ?? {}) as RotatingState).current?.id);
    // The state of that run never came to be.
    stack.stored = stored;
    const { warnings } = await stack.run(news);
    assert.match(warnings.join(), new RegExp(`key ${lost} \\(.*last use not known.*It stays`));
    assert.ok(world.keysOf(news.oauthClientId).some(({ id }) => id === lost));
  });

  test("refuses unlessUsedWithin, which nobody could tell", async () => {
    await using world = await startWorld();
    const stack = new Stack(world, "yandex:RotatingOAuthClientSecret");
    const retire = { unlessUsedWithin: "24h" };
    const { error, operations } = await stack.run({ oauthClientId: "aje0oauthclient00000", retire });
    assert.match(String(error), /retire\.unlessUsedWithin must be left out: no API tells/);
    const other = (
      await stack.run({ oauthClientId: "aje0oauthclient00000", retire: { onceCurrentUsed: true } })
    ).error;
    assert.match(String(other), /retire\.onceCurrentUsed must be left out: no API tells/);
    assert.deepEqual(operations, []);
  });
});
