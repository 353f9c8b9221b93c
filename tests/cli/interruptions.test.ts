import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { realEngine } from "../../tools/engine.ts";
import { canFindProcesses } from "../matrix/processes.ts";
import { KeyStack, type Running } from "./support/keyStack.ts";

const cli = await realEngine();

/** Ways in which a run ends before it is done, while the server has made a key and holds its answer back. */
const INTERRUPTIONS: Readonly<Record<string, (stack: KeyStack, run: Running) => Promise<unknown>>> = {
  async "SIGINT once"(_stack, run) {
    run.interrupt();
    await run.printed(/cancelling/);
  },
  async "SIGINT twice"(_stack, run) {
    run.interrupt();
    await run.printed(/cancelling/);
    run.interrupt();
    await run.ended;
  },
  async "kill -9 of the CLI"(stack, run) {
    await stack.kill("engine");
    await run.ended;
  },
  async "kill -9 of the provider"(stack, run) {
    await stack.kill("provider");
    await run.ended;
  },
};

const skip = canFindProcesses ? false : "the processes of a run are found by /proc alone";

describe("a run that is interrupted while a key is made", { skip, concurrency: 2 }, () => {
  for (const [how, interrupt] of Object.entries(INTERRUPTIONS)) {
    for (const which of ["the first keys", "new ones"] as const) {
      test(`by ${how}, ${which}: the next run goes on, and no key that a state holds is ever gone`, async (t) => {
        const stack = await KeyStack.create(t, cli);
        if (which === "new ones") {
          await stack.files.up();
          await stack.generation("2");
        }
        stack.iam.fail({ operation: "AccessKey.create", fault: { pause: "after" } });
        const run = stack.up();
        const held = await stack.iam.held();
        await interrupt(stack, run);
        held.release();
        const { code, output } = await run.ended;
        assert.notEqual(code, 0, output);
        // What the CLI leaves running ends by itself, some time.
        await stack.kill("program", "provider");
        if (how === "kill -9 of the CLI") await stack.files.expect("cancel", "--yes");
        assert.deepEqual(await stack.missing(), [], output);
        await stack.files.up();
        assert.deepEqual(await stack.missing(), []);
        assert.equal((await stack.stored()).length, which === "new ones" ? 3 : 2);
        await stack.files.expect("preview", "--expect-no-changes", "--non-interactive");
      });
    }
  }
});
