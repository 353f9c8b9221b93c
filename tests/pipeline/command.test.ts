import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Report } from "../../examples/pipeline/rotate/report.ts";

const ROTATE = fileURLToPath(new URL("../../examples/pipeline/rotate.ts", import.meta.url));

function rotate(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  return spawnSync(process.execPath, [ROTATE, ...args], { env, encoding: "utf8" });
}

test("says how it is called, and that a person called it wrongly", () => {
  const bare = rotate([]);
  assert.equal(bare.status, 2);
  assert.match(bare.stdout, /^usage: node rotate\.ts --stack <name>/);
  const wrong = rotate(["--stack", "production", "--attempts", "many"]);
  assert.equal(wrong.status, 2);
  assert.match(wrong.stderr, /^--attempts must be a whole number from 1 to 10000/);
});

test("writes its reports, and one line to do, however it ends", async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), "iam-keys-rotate-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const [json, summary] = [path.join(folder, "report.json"), path.join(folder, "summary.md")];
  // Without any pulumi.
  const { status, stdout } = rotate(["--stack", "production", "--json", json], {
    PATH: folder,
    GITHUB_STEP_SUMMARY: summary,
  });
  assert.equal(status, 2);
  const [line, ...more] = stdout.trimEnd().split("\n");
  assert.equal(line, "needs a person: There is no pulumi on the PATH. Install the Pulumi CLI.");
  assert.deepEqual(more, []);
  const report = JSON.parse(await readFile(json, "utf8")) as Report;
  assert.deepEqual([report.version, report.exitCode, report.result], [1, 2, "needs a person"]);
  assert.match(
    await readFile(summary, "utf8"),
    /^## .* Keys of production: needs a person\n\nThere is no pulumi/,
  );
});
