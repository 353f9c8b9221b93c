import assert from "node:assert/strict";
import { once } from "node:events";
import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type StoredDeployment, TestStack } from "./support/stack.ts";

const slow = {
  resources: [
    { name: "a", props: { v: "1" } },
    { name: "b", props: { v: "1", up: { $ref: "a.made" } } },
  ],
};

function nameIn(urn: string): string {
  return urn.split("::").at(-1) ?? "";
}

async function processesIn(folder: string): Promise<{ pid: number; command: string }[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const commands = await Promise.all(
    pids.map(async (pid) => ({
      pid: Number(pid),
      command: await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => ""),
      env: await readFile(`/proc/${pid}/environ`, "utf8").catch(() => ""),
    })),
  );
  return commands.filter(({ env, command }) => command !== "" && env.includes(`PULUMI_HOME=${folder}/`));
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
    await stack.untilLogged('["create"');
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
    await stack.untilLogged('["create",{"name":"b"');
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

  it("shows a run that is at work, and keeps its journal where nobody was left to put it into the state", {
    skip: process.platform !== "linux",
  }, async (t) => {
    const stack = await TestStack.create(t);
    await stack.program(slow);
    await stack.world({ wait: { "create b": 60_000 } });
    const run = stack.start(["up", "--yes", "--skip-preview"]);
    await stack.untilLogged('["create",{"name":"b"');
    const pendingIn = ({ pending_operations: pending = [] }: StoredDeployment) =>
      pending.map(({ type, resource }) => `${type} ${nameIn(resource.urn)}`);
    const exported = async () => JSON.parse((await stack.expect("stack", "export")).stdout).deployment;
    assert.deepEqual(pendingIn(await exported()), ["creating b"]);
    // The reaper would put the journal into the state.
    for (const { pid } of await processesIn(stack.folder)) process.kill(pid, "SIGKILL");
    await once(run, "close");
    assert.deepEqual(pendingIn(await stack.deployment()), []);
    assert.deepEqual(pendingIn(await exported()), ["creating b"]);
    await stack.expect("cancel", "--yes");
    assert.deepEqual(pendingIn(await stack.deployment()), ["creating b"]);
    assert.deepEqual(await stack.names(), ["a"]);
  });

  it("survives kill -9 at any moment: nothing that was made is unknown, and no process is left", async (t) => {
    const resources = ["a", "b", "c", "d", "e", "f"].map((name) => ({ name, props: { v: "1" } }));
    const wait = Object.fromEntries(
      resources.map(({ name }, index) => [`create ${name}`, 150 * (index + 1)]),
    );
    for (const round of [1, 2]) {
      const stack = await TestStack.create(t);
      await stack.program({ resources });
      await stack.world({ wait });
      const run = stack.start(["up", "--yes", "--skip-preview"]);
      run.stdout.resume();
      await stack.untilLogged('["create"');
      await sleep(Math.random() * 1_000);
      run.kill("SIGKILL");
      await once(run, "close");
      if (process.platform === "linux") await untilNoProcessIn(stack.folder);
      const { resources: kept = [], pending_operations: pending = [] } = await stack.deployment();
      const known = new Set(
        [...kept, ...pending.map(({ resource }) => resource)].map(({ urn }) => nameIn(urn)),
      );
      const asked = (await stack.calls()).filter(([call]) => call === "create");
      assert.deepEqual(
        asked.map(([, inputs]) => (inputs as { name: string }).name).filter((name) => !known.has(name)),
        [],
        `round ${round}`,
      );
      await stack.expect("cancel", "--yes");
      await stack.world({});
      await stack.up();
      assert.deepEqual((await stack.names()).sort(), ["a", "b", "c", "d", "e", "f"]);
      await stack.expect("refresh", "--yes", "--clear-pending-creates");
      assert.equal((await stack.deployment()).pending_operations, undefined);
      await stack.expect("stack", "export", "--file", "state.json");
      await stack.expect("stack", "import", "--file", "state.json");
      await stack.expect("preview", "--expect-no-changes");
    }
  });

  it("reports every pending operation, keeps pending creates, and does other work again", async (t) => {
    const stack = await TestStack.create(t);
    await stack.program(slow);
    await stack.up();
    const state = JSON.parse(await stack.stateText()) as { checkpoint: { latest: StoredDeployment } };
    const { latest } = state.checkpoint;
    const [a, b] = ["a", "b"].map((name) => latest.resources?.find(({ urn }) => nameIn(urn) === name));
    assert.ok(a !== undefined && b !== undefined);
    latest.pending_operations = [
      { type: "updating", resource: a },
      { type: "creating", resource: b },
    ];
    latest.resources = (latest.resources ?? []).filter((resource) => resource !== b);
    await writeFile(stack.statePath, JSON.stringify(state));
    await stack.calls();
    assert.doesNotMatch((await stack.expect("preview")).stdout, /pending operations/);
    const { stdout } = await stack.up();
    assert.match(stdout, /with 2 pending operations/);
    assert.match(stdout, /::a, interrupted while updating\n.*::b, interrupted while creating/);
    assert.deepEqual(await stack.changes(), ["create b 1"]);
    const left = (await stack.deployment()).pending_operations ?? [];
    assert.deepEqual(
      left.map(({ type, resource }) => `${type} ${nameIn(resource.urn)}`),
      ["creating b"],
    );
  });

  it("imports a state that is whole, and says which pending operations that settles", async (t) => {
    const stack = await TestStack.create(t);
    await stack.program(slow);
    await stack.up();
    const { stdout: exported } = await stack.expect("stack", "export");
    const parsed = JSON.parse(exported) as { deployment: StoredDeployment };
    const importing = async (change: (deployment: StoredDeployment) => void, ...flags: string[]) => {
      const copy = structuredClone(parsed);
      change(copy.deployment);
      await stack.write("changed.json", JSON.stringify(copy));
      return await stack.run(["stack", "import", "--file", "changed.json", ...flags]);
    };
    const broken: [RegExp, (deployment: StoredDeployment) => void][] = [
      [/comes after it/, ({ resources }) => void resources?.push(...resources.splice(2, 1))],
      [/::b's dependency .*::a is missing/, ({ resources }) => void resources?.splice(2, 1)],
      [/duplicate resource/, ({ resources }) => void resources?.push(structuredClone(resources[0] as never))],
      [/refers to unknown provider/, ({ resources }) => void resources?.splice(1, 1)],
      [
        /is from a different stack/,
        ({ resources }) => Object.assign(resources?.[0] ?? {}, { urn: "urn:pulumi:x::y::z::w" }),
      ],
      [
        /magic cookie mismatch/,
        (deployment) => Object.assign(deployment, { manifest: { version: "v1", magic: "" } }),
      ],
    ];
    for (const [expected, change] of broken) {
      const { code, stderr } = await importing(change);
      assert.equal(code, 1);
      assert.match(stderr, expected);
      assert.match(stderr, /rerun with --force/);
    }
    assert.equal((await importing(({ resources }) => void resources?.splice(2, 1), "--force")).code, 0);
    const settled = await importing((deployment) => {
      deployment.pending_operations = [{ type: "creating", resource: deployment.resources?.at(-1) as never }];
    });
    assert.equal(settled.code, 0);
    assert.match(settled.stderr, /warning: removing pending operation 'creating' on '.*::b' from snapshot/);
    assert.equal((await stack.deployment()).pending_operations, undefined);
    await stack.expect("preview", "--expect-no-changes");
  });

  it("says so when the state cannot be written, and keeps what was made elsewhere", async (t) => {
    const stack = await TestStack.create(t);
    await stack.program(slow);
    await stack.world({ hideStateDuring: "create a" });
    const { code, stdout } = await stack.tryUp();
    assert.equal(code, 1);
    assert.match(stdout, /could not write the state file .*\/things\/dev\.json: E/);
    const [, rescued = ""] = /The state as this run left it is in (\S+) instead/.exec(stdout) ?? [];
    assert.deepEqual(await stack.changes(), ["create a 1", "create b 1"]);
    await rm(join(stack.folder, ".pulumi/stacks/things"));
    await rename(join(stack.folder, ".pulumi/hidden"), join(stack.folder, ".pulumi/stacks/things"));
    await stack.world({});
    await stack.expect("stack", "import", "--file", rescued);
    await stack.expect("preview", "--expect-no-changes");
  });

  it("leaves the state whole when there is no more room", {
    skip: process.platform === "win32",
  }, async (t) => {
    const stack = await TestStack.create(t);
    const names = Array.from({ length: 20 }, (_, index) => `r${index}`);
    const programOf = (v: string) =>
      stack.program({ resources: names.map((name) => ({ name, props: { v: name === "r0" ? v : "1" } })) });
    // No file may grow beyond so many blocks, which the state of all of them would, and the journal much earlier.
    const { file, args } = stack.engine;
    const command = [file, ...args, "up", "--yes", "--skip-preview", "--parallel", "1"];
    const script = `ulimit -f 100; exec ${command.map((word) => `'${word}'`).join(" ")}`;
    const limited = new TestStack(stack.folder, {
      ...stack.engine,
      file: "sh",
      args: ["-c", script],
    });
    const upWithoutRoom = async () => {
      const { code, stdout } = await limited.run([], { NODE_COMPILE_CACHE: undefined });
      assert.equal(code, 1);
      return stdout;
    };

    await programOf("1");
    assert.match(await upWithoutRoom(), /could not write the journal .*dev\.json\.journal: EFBIG/);
    const made = (await stack.changes()).map((change) => change.split(" ")[1] ?? "");
    assert.ok(made.length > 1 && made.length < names.length);
    assert.deepEqual(await stack.names(), made);
    await stack.up();
    assert.deepEqual((await stack.names()).sort(), names.sort());

    await programOf("2");
    await stack.calls();
    const stdout = await upWithoutRoom();
    assert.match(stdout, /could not write the state file .*dev\.json: EFBIG/);
    const [, said = ""] = stdout.split(/Nor could it be written elsewhere .*\n/);
    for (const name of names) assert.ok(said.includes(`::${name}: ${name}-${name === "r0" ? 2 : 1}\n`), name);
    assert.deepEqual(await stack.changes(), ["create r0 2", "delete r0 1"]);
    // What did not fit into the file is in the journal still.
    await stack.up();
    assert.deepEqual(await stack.changes(), []);
  });

  it("ends what was begun on SIGINT, begins nothing new, and leaves no process or lock", async (t) => {
    const stack = await TestStack.create(t);
    await stack.program(slow);
    await stack.world({ wait: { "create a": 2_000 } });
    const run = stack.start(["up", "--yes", "--skip-preview"]);
    const output = text(run.stdout);
    await stack.untilLogged('["create"');
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
    await stack.untilLogged('["create"');
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
