import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { type Engine, localEngine, realEngine } from "../../tools/engine.ts";
import { canFindProcesses } from "../matrix/processes.ts";
import { keysOf } from "./support/cliStack.ts";
import { KeyStack } from "./support/keyStack.ts";

const cli = await realEngine();
const skip = canFindProcesses ? false : "the processes of a run are found by /proc alone";
const NO_CHANGES = ["--expect-no-changes", "--non-interactive"];

async function assertSettled(stack: KeyStack): Promise<void> {
  await stack.files.expect("preview", ...NO_CHANGES);
  await stack.files.expect("refresh", "--yes", "--skip-preview", ...NO_CHANGES);
  assert.deepEqual(await stack.missing(), []);
}

describe("a stack that goes from one engine to the other", { concurrency: 2 }, () => {
  for (const [first, second] of [
    [cli, localEngine],
    [localEngine, cli],
  ] as const) {
    const begin = async (t: TestContext): Promise<[KeyStack, KeyStack]> => {
      const stack = await KeyStack.create(t, first as Engine);
      return [stack, stack.on(second)];
    };

    test(`from ${first.name} and back: its keys are the same, and there they are rotated and deleted`, async (t) => {
      const [stack, other] = await begin(t);
      await stack.files.up();
      await assertSettled(other);
      await stack.generation("2");
      await other.files.up();
      assert.equal((await other.stored()).length, 3);
      await assertSettled(stack);
      await stack.files.expect("destroy", "--yes", "--skip-preview", "--non-interactive");
      assert.deepEqual(keysOf(stack.iam), []);
    });

    test(`from ${first.name}, which was killed while it made keys`, { skip }, async (t) => {
      const [stack, other] = await begin(t);
      stack.iam.fail({ operation: "AccessKey.create", fault: { pause: "after" } });
      const run = stack.up();
      const held = await stack.iam.held();
      await stack.kill("engine", "program", "provider");
      await run.ended;
      held.release();
      await other.files.expect("cancel", "--yes");
      assert.deepEqual(await other.missing(), []);
      await other.files.up();
      await assertSettled(other);
    });
  }
});
