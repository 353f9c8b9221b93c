import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { test } from "node:test";
import { startLocalIam } from "../../local/iam/index.ts";
import { COMPILED } from "../support/compiled.ts";
import { MAIN } from "./support.ts";

const hasScript = spawnSync("script", ["--version"]).error === undefined;

test("a scan that takes its time says in a terminal at which account it is, and clears that at the end", {
  skip: !hasScript && "there is no script(1)",
}, async (t) => {
  const iam = await startLocalIam();
  t.after(() => iam.close());
  iam.fail({ operation: "aws:ListAccessKeys", fault: { pause: "before" } });
  const command = `'${process.execPath}' '${MAIN}' scan --user ${iam.userName} >/dev/null`;
  const child = spawn("script", ["--quiet", "--return", "--command", command, "/dev/null"], {
    env: { ...iam.environment, PATH: process.env.PATH, SHELL: "/bin/sh", NODE_COMPILE_CACHE: COMPILED },
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => child.kill());
  const held = await iam.held();
  let shown = "";
  for await (const text of child.stdout.setEncoding("utf8")) {
    shown += text;
    if (shown.includes("2 s")) held.release();
  }
  const line = `\r\u001b[2KAccount 1 of 1: AWS user ${iam.userName} … 2 s`;
  assert.ok(shown.startsWith(line), JSON.stringify(shown));
  assert.ok(shown.endsWith("\r\u001b[2K"), JSON.stringify(shown));
});
