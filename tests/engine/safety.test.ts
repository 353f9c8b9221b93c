import assert from "node:assert/strict";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { TestStack } from "./support/stack.ts";

const slow = {
  resources: [
    { name: "a", props: { v: "1" } },
    { name: "b", props: { v: "1", up: { $ref: "a.made" } } },
  ],
};

async function until(stack: TestStack, words: string): Promise<void> {
  const log = join(stack.folder, "calls.log");
  for (let tries = 0; tries < 600; tries += 1) {
    const content = await readFile(log, "utf8").catch(() => "");
    if (content.includes(words)) return;
    await sleep(50);
  }
  throw new Error(`${words} did not come`);
}

async function processesIn(folder: string): Promise<string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const commands = await Promise.all(
    pids.map(async (pid) => ({
      command: await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => ""),
      env: await readFile(`/proc/${pid}/environ`, "utf8").catch(() => ""),
    })),
  );
  return commands
    .filter(({ env, command }) => command !== "" && env.includes(`PULUMI_HOME=${folder}/`))
    .map(({ command }) => command);
}

async function untilNoProcessIn(folder: string): Promise<void> {
  for (let tries = 0; tries < 100 && (await processesIn(folder)).length > 0; tries += 1) await sleep(50);
  assert.deepEqual(await processesIn(folder), []);
}

describe("safety", { concurrency: 2 }, () => {
  it("lets one run at a time change a stack", async (t) => {
    const stack = await TestStack.create(t);
    await stack.program(slow);
    await stack.world({ wait: { "create a": 5_000 } });
    const first = stack.start(["up", "--yes", "--skip-preview"]);
    first.stdout.resume();
    await until(stack, '["create"');
    const second = await stack.tryUp();
    assert.equal(second.code, 1);
    assert.match(second.stderr, /the stack is currently locked by 1 lock\(s\)/);
    const [code] = await once(first, "close");
    assert.equal(code, 0);
    assert.equal((await stack.tryUp()).code, 0);
  });

  it("writes that a create has begun before it begins, so that kill -9 does not hide it", async (t) => {
    const stack = await TestStack.create(t);
    await stack.program(slow);
    await stack.world({ wait: { "create b": 60_000 } });
    const run = stack.start(["up", "--yes", "--skip-preview"]);
    await until(stack, '["create",{"name":"b"');
    run.kill("SIGKILL");
    await once(run, "close");
    if (process.platform === "linux") await untilNoProcessIn(stack.folder);
    assert.deepEqual(await stack.names(), ["a"]);
    assert.deepEqual(
      (await stack.deployment()).pending_operations?.map(({ type, resource }) => [
        type,
        resource.urn.split("::").at(-1),
      ]),
      [["creating", "b"]],
    );
    assert.match((await stack.tryUp()).stderr, /currently locked/);
    await stack.expect("cancel", "--yes");
    await stack.world({});
    await stack.calls();
    const { stdout } = await stack.up();
    assert.match(stdout, /interrupted while creating/);
    assert.deepEqual(await stack.changes(), ["create b 1"]);
  });

  it("ends what was begun on SIGINT, begins nothing new, and leaves no process or lock", async (t) => {
    const stack = await TestStack.create(t);
    await stack.program(slow);
    await stack.world({ wait: { "create a": 2_000 } });
    const run = stack.start(["up", "--yes", "--skip-preview"]);
    const output = text(run.stdout);
    await until(stack, '["create"');
    run.kill("SIGINT");
    const [code] = await once(run, "close");
    assert.equal(code, 8);
    assert.match(await output, /update canceled/);
    assert.deepEqual(await stack.changes(), ["create a 1"]);
    assert.deepEqual(await stack.names(), ["a"]);
    if (process.platform === "linux") await untilNoProcessIn(stack.folder);
    await stack.world({});
    await stack.up();
    assert.deepEqual(await stack.changes(), ["create b 1"]);
  });

  it("gives up on a second SIGINT: what was begun stays in the state as pending", async (t) => {
    const stack = await TestStack.create(t);
    await stack.program(slow);
    await stack.world({ wait: { "create a": 60_000 } });
    const run = stack.start(["up", "--yes", "--skip-preview"]);
    run.stdout.resume();
    await until(stack, '["create"');
    run.kill("SIGINT");
    await sleep(500);
    run.kill("SIGINT");
    const [code] = await once(run, "close");
    assert.equal(code, 8);
    assert.match(await stack.stateText(), /"pending_operations":\[.*"type":"creating"/);
    if (process.platform === "linux") await untilNoProcessIn(stack.folder);
    await stack.world({});
    await stack.up();
  });

  it("refuses to change anything without a yes", async (t) => {
    const stack = await TestStack.create(t);
    await stack.program(slow);
    for (const command of ["up", "destroy", "refresh"]) {
      const { code, stderr } = await stack.run([command, "--non-interactive"]);
      assert.equal(code, 2);
      assert.match(stderr, /--yes/);
    }
    assert.deepEqual(await stack.calls(), []);
  });
});
