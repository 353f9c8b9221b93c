import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import got from "got";

const cli = fileURLToPath(new URL("../cli.ts", import.meta.url));

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

test("the command refuses what it cannot use", async () => {
  for (const wrong of [
    ["--port", "http"],
    ["--rsa-key-pool", "-1"],
    ["--pool", "1"],
  ]) {
    const child = spawn(process.execPath, [cli, ...wrong], { stdio: "ignore" });
    const [code] = await once(child, "exit");
    assert.notEqual(code, 0);
  }
});

test("another process starts it with options, and sees what was asked of it", async (t) => {
  const child = spawn(process.execPath, [cli, "--operation-ms", "60000", "--rsa-key-pool", "1"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => child.kill("SIGKILL"));
  const lines: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    lines.push(line);
    if (line.startsWith("# AWS user: ")) break;
  }
  const [, url] = /YC_ENDPOINT=(\S+)/.exec(lines.join("\n")) ?? [];
  const [, token] = /YC_TOKEN=(\S+)/.exec(lines.join("\n")) ?? [];
  const [, serviceAccountId] = /account: (\S+)/.exec(lines.join("\n")) ?? [];
  const api = got.extend({ prefixUrl: `${url}/iam/v1`, headers: { authorization: `Bearer ${token}` } });
  const create = async () =>
    (
      await api
        .post("keys", { json: { serviceAccountId } })
        .json<{ key: { id: string; publicKey: string } }>()
    ).key;
  const [first, second] = [await create(), await create()];
  assert.equal(first.publicKey, second.publicKey);
  const removal = await api.delete(`keys/${first.id}`).json<{ done?: boolean }>();
  assert.equal(removal.done, undefined);
  assert.deepEqual(await got(`${url}/_local/requestCounts`).json(), { "Key.create": 2, "Key.delete": 1 });
});
