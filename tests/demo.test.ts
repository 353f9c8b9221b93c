import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";

const DEMO = fileURLToPath(new URL("../scripts/demo.ts", import.meta.url));
const folders = (process.env.PATH ?? "").split(path.delimiter);
const withoutCli = folders.filter((folder) => !existsSync(path.join(folder, "pulumi")));

/** Runs the demo, which makes the quickstart's keys, uses, replaces and deletes them, and looks for secrets. */
async function runDemo(searchPath: string): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [DEMO], {
    env: { ...process.env, PATH: searchPath },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk;
    });
  }
  const [code] = await once(child, "close");
  return { code, output };
}

describe("the quickstart, from the first key to the last", { concurrency: true }, () => {
  test("on the local engine", async () => {
    const { code, output } = await runDemo(withoutCli.join(path.delimiter));
    assert.equal(code, 0, output);
    assert.match(output, /runs on the local engine/);
    assert.match(output, /~ keepers/, "the preview says why the keys are replaced");
    assert.match(output, /All went as it should/);
  });

  const cli = spawnSync("pulumi", ["version"]).status === 0;
  test("on the Pulumi CLI", { skip: cli ? false : "there is no pulumi on the PATH" }, async () => {
    const { code, output } = await runDemo(folders.join(path.delimiter));
    assert.equal(code, 0, output);
    assert.match(output, /runs on the Pulumi CLI/);
    assert.match(output, /All went as it should/);
  });
});
