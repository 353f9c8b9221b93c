import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { DAY, PipelineStack } from "./pipelineStack.ts";
import { takeTheSteps } from "./stepsOfTheDocs.ts";

const missing = spawnSync("pulumi", ["version"]).error !== undefined;
const skip = missing ? "there is no pulumi on the PATH" : false;

test("on the Pulumi CLI: the steps of the docs, and the first rotation", { skip }, async () => {
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
