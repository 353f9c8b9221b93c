import assert from "node:assert/strict";
import { test } from "node:test";
import { Guard, type Party } from "../../simulation/guard.ts";
import { Stack } from "../../simulation/stack.ts";
import { startWorld, type World } from "../../simulation/world.ts";

const ONE = "one stack";
const OTHER = "another stack";

/** Two stacks, of which one has a key. */
async function begin(world: World, consumers: readonly number[] = []) {
  const wrong: string[] = [];
  const stack = new Stack(world, "aws:AccessKey");
  const party = (name: string): Party => ({
    name,
    get holds() {
      return { current: name === OTHER ? stack.stored?.id : undefined, others: [] };
    },
    asked: [],
  });
  const guard = new Guard(
    world,
    [party(ONE), party(OTHER)],
    () => consumers,
    (sentence) => wrong.push(sentence),
  );
  const run = (status: string) => stack.run({ userName: world.iam.userName, status });
  await guard.as(OTHER, () => run("Active"));
  return { stack, guard, run, wrong };
}

test("a key that is deleted by another one's run is noticed, and whose it was", async () => {
  await using world = await startWorld();
  const { stack, guard, wrong } = await begin(world);
  const id = stack.stored?.id;
  await guard.as(ONE, () => stack.destroy());
  assert.deepEqual(wrong, [
    `${ONE}: key ${id} was deleted, which ${OTHER} made`,
    `${ONE}: key ${id} was deleted, which the state of ${OTHER} has as its current key`,
  ]);
});

test("what is wrong for the time between two requests is noticed, too", async () => {
  await using world = await startWorld();
  const { stack, guard, run, wrong } = await begin(world, [2]);
  await guard.as(OTHER, async () => {
    await run("Inactive");
    await run("Active");
  });
  assert.deepEqual(wrong, [
    `${OTHER}: key ${stack.stored?.id} was made inactive, which the state of ${OTHER} has as its current key`,
    `${OTHER}: key ${stack.stored?.id} was made inactive, which consumer 2 needs`,
    `${OTHER}: key ${stack.stored?.id} was made active, which nobody asked for`,
  ]);
});

test("what a person does by hand is nobody's fault", async () => {
  await using world = await startWorld();
  const { stack, guard, wrong } = await begin(world, [1]);
  world.iam.remove(String(stack.stored?.id));
  guard.look();
  assert.deepEqual(wrong, []);
});
