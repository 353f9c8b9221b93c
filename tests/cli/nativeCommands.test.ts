import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { endOf } from "../support/ended.ts";
import { resource, YamlStack } from "./support/yamlStack.ts";

const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

test("iam-keys status and sweep know the keys of the plugin, and its settings", async (t) => {
  const stack = await YamlStack.create(t, ({ serviceAccountId }) => ({
    resources: {
      uploads: resource("yandex:StaticAccessKey", { serviceAccountId }),
      rotating: resource("yandex:RotatingServiceAccountKey", { serviceAccountId, rotate: { every: "30d" } }),
      mailer: resource("aws:AccessKey", { userName: "mailer" }),
    },
  }));
  stack.iam.addUser("mailer");
  delete stack.files.env.YC_TOKEN;
  await stack.config("--secret", "iam-keys:yandexToken", stack.iam.issueToken(stack.iam.serviceAccountId));
  await stack.up();
  const run = (...words: string[]) =>
    endOf(
      spawn(process.execPath, [MAIN, ...words, "--stack", "dev"], {
        cwd: stack.files.folder,
        env: stack.files.env,
        stdio: ["ignore", "pipe", "pipe"],
      }),
    );
  const { stdout, stderr, code } = await run("status", "--json");
  assert.deepEqual([stderr, code], ["", 0]);
  const { keys } = JSON.parse(stdout) as { keys: { keyId: string; type: string }[] };
  assert.deepEqual(keys.map(({ keyId }) => keyId).toSorted(), stack.ids().toSorted());
  assert.deepEqual(keys.map(({ type }) => type).toSorted(), [
    "aws:AccessKey",
    "yandex:RotatingServiceAccountKey",
    "yandex:StaticAccessKey",
  ]);
  for (const value of stack.iam.secrets()) assert.ok(!stdout.includes(value));
  // What it would delete is nothing: all of them are in the state.
  const before = stack.ids();
  const swept = await run("sweep", "--yes");
  assert.equal(swept.code, 0, `${swept.stdout}${swept.stderr}`);
  const named = await run("sweep", "--yes", before[0] ?? "");
  assert.notEqual(named.code, 0);
  assert.match(`${named.stdout}${named.stderr}`, /state/);
  assert.deepEqual(stack.ids(), before);
});
