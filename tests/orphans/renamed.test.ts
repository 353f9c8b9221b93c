import assert from "node:assert/strict";
import { test } from "node:test";
import { loadLifecycle } from "../../provider/lifecycle/loadLifecycle.ts";
import type { RotatingState } from "../../provider/lifecycle/rotatingState.ts";
import { Session } from "../../provider/session.ts";
import { begin, rotatingKinds } from "../../simulation/rotatingKinds.ts";
import { Stack } from "../../simulation/stack.ts";
import { DAY, HOUR, SECOND, startWorld } from "../../simulation/world.ts";
import { assertKeys } from "../rotation/expectations.ts";

test("a resource that was renamed leaves the key of the one that has its old name now", async () => {
  await using world = await startWorld();
  const type = "yandex:RotatingStaticAccessKey";
  const { serviceAccountId } = world.iam;
  const loaded = () => loadLifecycle(type, new Session(world.ports));
  const news = (name: string, generation: string) => ({
    serviceAccountId,
    owner: `project/stack/${name}`,
    keepers: { generation },
  });
  const currentOf = ({ current }: Record<string, unknown>) => (current as { id: string }).id;

  const first = await loaded();
  const old = await first.create((await first.check({}, news("a", "1"))).inputs);
  world.advance(HOUR);

  const run = await loaded();
  const renamed = (await run.check(old.outputs, news("b", "2"))).inputs;
  await run.diff(old.id, old.outputs, renamed);
  const successor = await run.create((await run.check({}, news("a", "1"))).inputs);
  world.advance(SECOND);
  const outputs = await run.update(old.id, old.outputs, renamed);
  assertKeys(world, serviceAccountId, [
    currentOf(successor.outputs),
    currentOf(outputs),
    currentOf(old.outputs),
  ]);
  assert.deepEqual(world.warnings, []);
});

for (const kind of await rotatingKinds()) {
  for (const [when, days] of [
    ["before its keys are due", 0],
    ["when they are due", 30],
  ] as const) {
    test(`${kind.type} that is renamed ${when} still deletes its previous keys after their overlap`, async () => {
      await using s = await begin(kind);
      const policy = { ...kind.policy, [kind.ownerInput]: s.owner };
      s.world.advance(30 * DAY);
      assert.equal((await s.run()).error, undefined);
      s.world.advance(days * DAY);
      const renamed = new Stack(s.world, kind.type, "project/renamed/uploads");
      renamed.stored = s.stack.stored;
      for (let run = 0; run < 4; run++, s.world.advance(5 * DAY))
        assert.equal((await renamed.run(policy)).error, undefined);
      const { current, previous } = (renamed.stored?.outputs ?? {}) as RotatingState;
      assert.equal(previous, undefined);
      assert.deepEqual(
        s.world.warnings.filter((line) => line.includes("by its tag")),
        [],
      );
      assertKeys(s.world, s.owner, [current?.id ?? ""]);
    });
  }
}
