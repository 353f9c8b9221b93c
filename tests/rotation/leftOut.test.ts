import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { API_KEYS } from "../../provider/kinds/yandexApiKey.ts";
import { loadWholeKind } from "../../provider/lifecycle/loadLifecycle.ts";
import type { RotatingState } from "../../provider/lifecycle/rotatingState.ts";
import { Session } from "../../provider/session.ts";
import { begin, rotatingKinds } from "../../simulation/rotatingKinds.ts";
import { Stack } from "../../simulation/stack.ts";
import { DAY, startWorld } from "../../simulation/world.ts";

describe("what the program leaves out later stays as it is, in every key that follows", async () => {
  for (const kind of await rotatingKinds()) {
    const { chosenByApi } = await loadWholeKind(kind.type);
    if (!chosenByApi.includes(kind.ownerInput)) continue;
    test(`${kind.type}: the account`, async () => {
      await using s = await begin({ ...kind, ownerOf: kind.neighbourOf });
      const left = { [kind.ownerInput]: undefined };
      assert.equal((await s.run(left)).error, undefined);
      s.world.advance(30 * DAY);
      const { did, error } = await s.run(left);
      assert.deepEqual([did, error], ["update", undefined]);
      assert.notEqual(s.previous, undefined);
      const ids = s.world.keysOf(s.owner).map(({ id }) => id);
      assert.ok(ids.includes(String(s.current?.id)) && ids.includes(String(s.previous?.id)), ids.join());
    });
  }

  for (const type of ["yandex:StaticAccessKey", "yandex:ApiKey"]) {
    test(`${type}: the account of a key that is replaced`, async () => {
      await using world = await startWorld();
      const serviceAccountId = world.iam.addServiceAccount();
      const stack = new Stack(world, type);
      await stack.run({ serviceAccountId, keepers: { generation: "1" } });
      const first = stack.stored?.id;
      const { did, error } = await stack.run({ keepers: { generation: "2" } });
      assert.deepEqual([did, error], ["replace", undefined]);
      assert.notEqual(stack.stored?.id, first);
      assert.deepEqual(
        world.keysOf(serviceAccountId).map(({ id }) => id),
        [stack.stored?.id],
      );
    });
  }

  test("yandex:RotatingApiKey: the scopes", async () => {
    await using world = await startWorld();
    const stack = new Stack(world, "yandex:RotatingApiKey");
    const news = { serviceAccountId: world.iam.addServiceAccount(), rotate: { every: "30d" } };
    await stack.run({ ...news, scopes: ["yc.search-api.execute"] });
    world.advance(30 * DAY);
    assert.equal((await stack.run(news)).error, undefined);
    const { current, previous } = (stack.stored?.outputs ?? {}) as RotatingState;
    assert.notEqual(previous, undefined);
    assert.deepEqual(current?.scopes, ["yc.search-api.execute"]);
  });
});

describe("the end of an API key that was made to last for some time", () => {
  for (const type of ["yandex:ApiKey", "yandex:RotatingApiKey"]) {
    test(`${type}: is seen by a refresh when somebody changes it, and set right by the next run`, async () => {
      await using world = await startWorld();
      const news = { serviceAccountId: world.iam.addServiceAccount(), expiresIn: "180d" };
      const stack = new Stack(world, type);
      await stack.run(news);
      const held = () => {
        const { current, ...outputs } = stack.stored?.outputs ?? {};
        return (current ?? { ...outputs, id: stack.stored?.id }) as { id: string; expiresAt: string };
      };
      const { id, expiresAt } = held();
      const tomorrow = new Date(Date.now() + DAY).toISOString();
      await new Session(world.ports).yandex.update(API_KEYS, id, { expiresAt: tomorrow });
      assert.equal((await stack.run(news)).did, "nothing");
      await stack.refresh();
      assert.equal(Date.parse(held().expiresAt), Date.parse(tomorrow));
      assert.equal((await stack.run(news)).did, "update");
      assert.ok(Math.abs(Date.parse(held().expiresAt) - Date.parse(expiresAt)) < 1000);
      await stack.refresh();
      assert.equal((await stack.run(news)).did, "nothing");
      assert.equal(held().id, id);
    });
  }
});
