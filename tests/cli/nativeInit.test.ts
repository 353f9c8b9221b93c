import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cp, readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { MAIN } from "../init/support.ts";
import { endOf } from "../support/ended.ts";
import { keysOf } from "./support/cliStack.ts";
import { writtenByInit } from "./support/writtenByInit.ts";
import { YamlStack } from "./support/yamlStack.ts";

const DAY = 24 * 60 * 60 * 1000;

test("what init writes in YAML for a machine makes a key with the key of the runs, and the schedule rotates it", async (t) => {
  const stack = await YamlStack.create(t, () => ({}));
  const { iam, files, clock, serviceAccountId } = stack;
  const written = await writtenByInit(
    t,
    "yaml",
    ...["--pipeline", "systemd", "--account", serviceAccountId, "--name", "yes", "--every", "P30D"],
  );
  await cp(written, files.folder, { recursive: true });
  const runner = iam.addServiceAccount("key-rotation");
  await files.write("run.key.json", JSON.stringify(await iam.serviceAccountKeyFile(runner)));
  delete files.env.YC_TOKEN;
  const ids = () => keysOf(iam).flatMap(({ id, owner }) => (owner === serviceAccountId ? [id] : []));
  await stack.expect("stack", "init", "production");
  await stack.up();
  const [first, ...others] = ids();
  assert.deepEqual(others, []);
  clock.advance(31 * DAY);
  const report = path.join(files.folder, "report.json");
  const { code, stdout, stderr } = await endOf(
    spawn(process.execPath, [MAIN, "rotate", "--stack", "production", "--report", report], {
      cwd: files.folder,
      env: { ...files.env, MATRIX_PROVIDER: JSON.stringify({ clock: clock.segment }) },
      stdio: ["ignore", "pipe", "pipe"],
    }),
  );
  assert.equal(code, 0, stdout + stderr);
  const { keys } = JSON.parse(await readFile(report, "utf8"));
  assert.deepEqual([keys.length, keys[0].name, keys[0].events[0].did], [1, "yes", "rotated"]);
  assert.equal(ids().length, 2);
  assert.ok(ids().includes(String(first)));
});
