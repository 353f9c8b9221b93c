import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { blocksIn, pageText } from "../docs/shellBlocks.ts";

const run = promisify(execFile);
const root = path.join(import.meta.dirname, "../..");

test("the example of docs/testing.md passes as it stands there", async () => {
  const [program = "", unitTest = ""] = blocksIn(pageText("docs/testing.md"), "ts");
  const folder = await mkdtemp(path.join(tmpdir(), "iam-keys-testing-"));
  try {
    await symlink(path.join(root, "node_modules"), path.join(folder, "node_modules"), "dir");
    await writeFile(path.join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
    await writeFile(path.join(folder, "keys.ts"), program);
    await writeFile(path.join(folder, "keys.test.ts"), unitTest);
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const { stdout } = await run(process.execPath, ["--test"], { cwd: folder, env }).catch((error) => error);
    assert.match(stdout, /pass 3\n/);
    assert.match(stdout, /fail 0\n/);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
