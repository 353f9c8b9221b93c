import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Report } from "../../cli/rotate/report.ts";

const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

function rotate(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  return spawnSync(process.execPath, [MAIN, "rotate", ...args], { env, encoding: "utf8" });
}

async function temporary(t: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "iam-keys-rotate-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test("a person called it wrongly", () => {
  for (const [args, message] of [
    [[], /required option '-s, --stack <name>' not specified/],
    [["--stack", "production", "--attempts", "many"], /It must be a whole number from 1 to 10000\./],
    [["--stack", "production", "--rotate-now", "incident"], /must be "<token>:<name>\[,<name>…\]"/],
  ] as const) {
    const { status, stdout, stderr } = rotate(args);
    assert.deepEqual([status, stdout], [3, ""]);
    assert.match(stderr, message);
  }
});

test("writes its reports, and one line to do, however it ends", async (t) => {
  const folder = await temporary(t);
  const [json, summary] = [path.join(folder, "report.json"), path.join(folder, "summary.md")];
  // Without any pulumi.
  const { status, stdout } = rotate(["--stack", "production", "--report", json], {
    PATH: folder,
    GITHUB_STEP_SUMMARY: summary,
  });
  assert.equal(status, 3);
  const [line, ...more] = stdout.trimEnd().split("\n");
  assert.equal(line, "needs a person: There is no pulumi on the PATH. Install the Pulumi CLI.");
  assert.deepEqual(more, []);
  const report = JSON.parse(await readFile(json, "utf8")) as Report;
  assert.deepEqual([report.version, report.exitCode, report.result], [1, 3, "needs a person"]);
  assert.match(
    await readFile(summary, "utf8"),
    /^## .* Keys of production: needs a person\n\nThere is no pulumi/,
  );
});

test("what keeps it from opening the stack is told, and is not for a schedule to repeat", async (t) => {
  const folder = await temporary(t);
  const pulumi = path.join(folder, "pulumi");
  const script =
    '#!/bin/sh\n[ "$1" = version ] && echo v3.274.1 && exit\necho "error: no such bucket: keys" >&2\nexit 255\n';
  await writeFile(pulumi, script);
  await chmod(pulumi, 0o755);
  const env = { PATH: `${folder}${path.delimiter}/usr/bin${path.delimiter}/bin` };
  const away = rotate(["--stack", "production", "--cwd", folder], env);
  assert.match(away.stdout, /^could not look: The stack cannot be opened: .*no such bucket: keys/);
  assert.equal(away.status, 4);
  const nowhere = rotate(["--stack", "production", "--cwd", path.join(folder, "none")], env);
  assert.match(nowhere.stdout, /^needs a person: There is no folder \S+none\. Correct --cwd\.$/m);
  assert.equal(nowhere.status, 3);
});
