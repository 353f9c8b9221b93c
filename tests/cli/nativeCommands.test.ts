import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Report } from "../../cli/rotate/report.ts";
import { endOf } from "../support/ended.ts";
import { resource, YamlStack } from "./support/yamlStack.ts";

const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

const DAY = 24 * 60 * 60 * 1000;

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

test("iam-keys rotate rotates the keys of the plugin, by age and by order, and what depends on them", async (t) => {
  const stack = await YamlStack.create(t, ({ serviceAccountId }) => ({
    resources: {
      uploads: resource("yandex:RotatingStaticAccessKey", {
        serviceAccountId,
        rotate: { every: "30d" },
        overlap: "7d",
      }),
      plain: resource("yandex:StaticAccessKey", { serviceAccountId }),
    },
  }));
  await stack.up();
  const first = stack.ids();
  const report = path.join(stack.files.folder, "report.json");
  const rotate = async (...words: string[]) => {
    const ended = await endOf(
      spawn(process.execPath, [MAIN, "rotate", "--stack", "dev", "--report", report, ...words], {
        cwd: stack.files.folder,
        env: { ...stack.files.env, MATRIX_PROVIDER: JSON.stringify({ clock: stack.clock.segment }) },
        stdio: ["ignore", "pipe", "pipe"],
      }),
    );
    const { keys } = JSON.parse(await readFile(report, "utf8")) as Report;
    const printed = `${ended.stdout}${ended.stderr}`;
    for (const value of stack.iam.secrets()) assert.ok(!printed.includes(value));
    return {
      code: ended.code,
      printed,
      events: keys.map(({ name, events }) => [name, events[0]?.did]).sort(),
    };
  };
  const idle = await rotate();
  assert.deepEqual([idle.code, stack.ids()], [0, first], idle.printed);
  assert.match(idle.printed, /^nothing due: /m);
  stack.clock.advance(31 * DAY);
  const due = await rotate();
  assert.equal(due.code, 0, due.printed);
  assert.deepEqual(due.events, [
    ["plain", undefined],
    ["uploads", "rotated"],
  ]);
  const ordered = await rotate("--rotate-now", "incident-42:plain");
  assert.equal(ordered.code, 0, ordered.printed);
  assert.deepEqual(ordered.events, [
    ["plain", "rotated"],
    ["uploads", undefined],
  ]);
  const unmatched = await rotate("--rotate-now", "incident-43:nothing");
  assert.equal(unmatched.code, 3);
  assert.match(unmatched.printed, /one of: plain, uploads\.$/m);
});
