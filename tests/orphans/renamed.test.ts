import assert from "node:assert/strict";
import { test } from "node:test";
import { loadLifecycle } from "../../provider/lifecycle/loadLifecycle.ts";
import { Session } from "../../provider/session.ts";
import { HOUR, SECOND, startWorld } from "../../simulation/world.ts";
import { assertKeys } from "../rotation/expectations.ts";

test("a resource that was renamed leaves the key of the one that has its old name now", async () => {
  await using world = await startWorld();
  const type = "yandex:RotatingStaticAccessKey";
  const { serviceAccountId } = world.iam;
  const begin = () => loadLifecycle(type, new Session(world.ports));
  const news = (name: string, generation: string) => ({
    serviceAccountId,
    owner: `project/stack/${name}`,
    keepers: { generation },
  });
  const currentOf = ({ current }: Record<string, unknown>) => (current as { id: string }).id;

  const first = await begin();
  const old = await first.create((await first.check({}, news("a", "1"))).inputs);
  world.advance(HOUR);

  const run = await begin();
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
