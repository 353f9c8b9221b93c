import assert from "node:assert/strict";
import { test } from "node:test";
import { begin, STATIC_KEY } from "../../simulation/rotatingKinds.ts";
import { Stack } from "../../simulation/stack.ts";
import { DAY } from "../../simulation/world.ts";

test("the key of a stack that was copied to another name stays with the copy, whose name it has", async () => {
  await using s = await begin(STATIC_KEY);
  const policy = { ...STATIC_KEY.policy, serviceAccountId: s.owner };
  const copy = new Stack(s.world, STATIC_KEY.type, "project/copy/uploads");
  copy.stored = structuredClone(s.stack.stored);
  assert.equal((await copy.run(policy)).error, undefined);
  const id = s.current?.id;
  for (let run = 0; run < 3; run++, s.world.advance(30 * DAY)) assert.equal((await s.run()).error, undefined);
  assert.ok(s.world.iam.keys().some((key) => key.id === id));
});
