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
  const child = spawn(process.execPath, [MAIN, "status", "--json", "--offline", "--stack", "dev"], {
    cwd: stack.folder,
    env: stack.env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { stdout, stderr } = await endOf(child);
  assert.equal(stderr, "");
  const { keys, stack: name } = JSON.parse(stdout);
  assert.equal(name, "things/dev");
  // A token is no key of the server's.
  const shown = keys.filter(({ type }: { type: string }) => type !== "yandex:IamToken");
  const held = iam.keys().filter(({ kind }) => kind !== "yandex:IamToken");
  assert.deepEqual(
    shown.map(({ keyId }: { keyId: string }) => keyId).sort(),
    held.map(({ id }) => id).sort(),
  );
});
