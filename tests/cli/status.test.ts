import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { TestStack } from "../../local/engine/tests/support/stack.ts";
import { startLocalIam } from "../../local/iam/index.ts";
import { realEngine } from "../../tools/engine.ts";
import { everyResource } from "../security/support/keyStack.ts";
import { endOf } from "../support/ended.ts";

const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

test("iam-keys status reads a stack through the CLI, which decrypts", async (t) => {
  const iam = await startLocalIam({ rsaKeyPool: 2 });
  t.after(() => iam.close());
  const stack = await TestStack.create(t, await realEngine());
  Object.assign(stack.env, iam.environment);
  await stack.write("index.js", everyResource);
  const settings = { generation: "1", description: "of a test", status: "Active" };
  const { serviceAccountId, userName } = iam;
  const userNames = [userName, iam.addUser("rotating")];
  await stack.write("program.json", JSON.stringify({ ...settings, serviceAccountId, userNames }));
  await stack.up();
  const status = async (...args: string[]) => {
    const child = spawn(process.execPath, [MAIN, "status", "--json", "--offline", ...args], {
      cwd: stack.folder,
      env: stack.env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const { stdout, stderr } = await endOf(child);
    assert.equal(stderr, "");
    return JSON.parse(stdout);
  };
  const { keys, stack: name } = await status("--stack", "dev");
  assert.equal(name, "things/dev");
  // A token is no key of the server's.
  const shown = keys.filter(({ type }: { type: string }) => type !== "yandex:IamToken");
  const held = iam.keys().filter(({ kind }) => kind !== "yandex:IamToken");
  assert.deepEqual(
    shown.map(({ keyId }: { keyId: string }) => keyId).sort(),
    held.map(({ id }) => id).sort(),
  );
  await stack.expect("stack", "init", "empty");
  const [dev, empty, ...others] = await status("--all-stacks");
  assert.deepEqual([dev.stack, dev.keys.length, dev.complete], ["things/dev", keys.length, true]);
  assert.deepEqual([empty.keys, empty.complete, others], [[], true, []]);
});
