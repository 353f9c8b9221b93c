import assert from "node:assert/strict";
import { test } from "node:test";
import { TestStack } from "../../local/engine/tests/support/stack.ts";
import { startLocalIam } from "../../local/iam/index.ts";

const PROGRAM = `
const { yandex } = require("pulumi-iam-keys");
const { serviceAccountId } = require("./program.json");
new yandex.StaticAccessKey("uploads", { serviceAccountId });
new yandex.RotatingStaticAccessKey("downloads", { serviceAccountId });
`;

test("an order that names no key of the program is said to rotate nothing; one that names some rotates them", async (t) => {
  const iam = await startLocalIam();
  t.after(() => iam.close());
  const { serviceAccountId, environment, url } = iam;
  const stack = await TestStack.create(t);
  Object.assign(stack.env, { YC_ENDPOINT: url, YC_TOKEN: environment.YC_TOKEN });
  const runtime = { name: "nodejs", options: { typescript: false } };
  await stack.write("Pulumi.yaml", JSON.stringify({ name: "things", runtime }));
  await stack.write("index.js", PROGRAM);
  await stack.write("program.json", JSON.stringify({ serviceAccountId }));
  const up = async () => {
    const { stdout, stderr } = await stack.expect("up", "--yes", "--skip-preview", "--non-interactive");
    return stdout + stderr;
  };
  const ids = () => iam.keys().map(({ id }) => id);
  const rotatesNothing =
    /iam-keys:rotateNow is "leak-1:uplaods", which rotates nothing: it names none of uploads, downloads\./;

  assert.doesNotMatch(await up(), /rotateNow/);
  const first = ids();
  await stack.expect("config", "set", "iam-keys:rotateNow", "leak-1:uplaods");
  assert.match(await up(), rotatesNothing);
  assert.deepEqual(ids(), first);
  await stack.expect("config", "set", "iam-keys:rotateNow", "leak-1:uploads,nobody");
  assert.doesNotMatch(await up(), /rotates nothing/);
  assert.equal(ids().filter((id) => first.includes(id)).length, 1);
});
