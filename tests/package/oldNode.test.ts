import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import path from "node:path";
import { test } from "node:test";
import { endOf } from "../support/ended.ts";

const root = path.join(import.meta.dirname, "../..");

const OLD = `data:text/javascript,Object.defineProperty(process.versions, "node", { value: "22.11.0" })`;

for (const entry of ["sdk/index.js", "dynamic.js", "cli/main.js"]) {
  test(`${entry} says that Node.js is too old, and nothing else`, async () => {
    const file = path.join(root, "dist", entry);
    const child = spawn(process.execPath, ["--import", OLD, file], { stdio: ["ignore", "pipe", "pipe"] });
    const { code, stdout, stderr } = await endOf(child);
    assert.equal(code, 1);
    assert.equal(stdout, "");
    assert.match(stderr, /Error: pulumi-iam-keys needs Node\.js 22\.12\.0 or later\. /);
    assert.doesNotMatch(stderr, /TypeError|\n {4}at /);
  });
}
