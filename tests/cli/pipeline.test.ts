import assert from "node:assert/strict";
import { test } from "node:test";
import { realEngine } from "../../tools/engine.ts";
import { DAY, PipelineStack } from "../pipeline/pipelineStack.ts";
import { takeTheSteps } from "../pipeline/stepsOfTheDocs.ts";

// The Automation API looks for `pulumi` on the PATH of this process.
Object.assign(process.env, (await realEngine()).environment);

test("the steps of the docs, and the first rotation", async () => {
  await using stack = await PipelineStack.create();
  const runner = stack.iam.addServiceAccount("key-rotation");
  await takeTheSteps(stack, runner);
  stack.clock.advance(31 * DAY);
  const report = await stack.rotate();
  assert.deepEqual([report.exitCode, report.result], [0, "rotated"], report.message);
  assert.deepEqual(
    report.keys.map(({ name, events }) => [name, events.map(({ did }) => did)]),
    [
      ["uploads", ["rotated"]],
      ["runs-own-key", ["rotated"]],
    ],
  );
  assert.deepEqual(await stack.leaks(), []);
});
