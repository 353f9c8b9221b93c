import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import got from "got";

const cli = fileURLToPath(new URL("../../local/iam/cli.ts", import.meta.url));

test("the command prints what a shell needs, serves, and ends on SIGTERM", async (t) => {
  const child = spawn(process.execPath, [cli, "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => child.kill("SIGKILL"));
  const exited = once(child, "exit");

  const exported: Record<string, string> = {};
  let serviceAccountId = "";
  for await (const line of createInterface(child.stdout)) {
    const [, name = "", value = ""] = /^export (\w+)=([\w.:/+-]+)$/.exec(line) ?? [];
    if (name) exported[name] = value;
    else assert.match(line, /^# /, "what is no export is a comment, so that all of it can be sourced");
    serviceAccountId = /service account: (aje\w+)/.exec(line)?.[1] ?? serviceAccountId;
    if (line.startsWith("# AWS user: ")) break;
  }
  assert.deepEqual(Object.keys(exported), [
    "YC_ENDPOINT",
    "YC_TOKEN",
    "AWS_ENDPOINT_URL",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_REGION",
  ]);
  const { id } = await got(`${exported.YC_ENDPOINT}/iam/v1/serviceAccounts/${serviceAccountId}`, {
    headers: { authorization: `Bearer ${exported.YC_TOKEN}` },
  }).json<{ id: string }>();
  assert.equal(id, serviceAccountId);

  child.kill("SIGTERM");
  assert.deepEqual(await exited, [0, null]);
});

test("the command refuses a port that is none", async () => {
  const child = spawn(process.execPath, [cli, "--port", "http"], { stdio: "ignore" });
  const [code] = await once(child, "exit");
  assert.notEqual(code, 0);
});
