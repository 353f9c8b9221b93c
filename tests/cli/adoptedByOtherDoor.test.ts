import assert from "node:assert/strict";
import { test } from "node:test";
import { startLocalIam } from "../../local/iam/index.ts";
import { CliStack, keysOf } from "./support/cliStack.ts";
import { dynamic, native } from "./support/doors.ts";

test("a key that the plugin adopts stays, though the other door has read the keys of the account before", async (t) => {
  const iam = await startLocalIam();
  t.after(() => iam.close());
  const { serviceAccountId } = iam;
  const plain = (name: string) => dynamic("yandex:StaticAccessKey", name, { serviceAccountId });
  await using stack = await CliStack.create({
    iam,
    program: async () => {
      plain("uploads");
    },
  });
  await stack.up();
  const ids = () => keysOf(iam).map(({ id }) => id);
  const [id = ""] = ids();
  stack.program = async () => {
    const adopting = { serviceAccountId, adopt: { id } };
    native("yandex:RotatingStaticAccessKey", "kept", adopting, { dependsOn: plain("other") });
  };
  await stack.up();
  assert.deepEqual([ids().length, ids().includes(id)], [2, true]);
  await stack.destroy();
  assert.deepEqual(ids(), []);
});
