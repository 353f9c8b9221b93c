import assert from "node:assert/strict";
import { test } from "node:test";
import { daysAgo, scan } from "../scan/support.ts";
import { YamlStack } from "./support/yamlStack.ts";

test("what `scan --adopt --language yaml` prints takes the keys over and leaves them as they are", async (t) => {
  const stack = await YamlStack.create(t, () => ({ resources: {} }));
  const { iam, serviceAccountId: owner } = stack;
  const createdAt = daysAgo(400);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: in YAML, that would be an output
  const description = 'of "the shop" ${uploads.id}';
  const keys = [
    { kind: "yandex:ServiceAccountKey", owner, description, createdAt },
    { kind: "yandex:StaticAccessKey", owner, description, createdAt },
    { kind: "yandex:ApiKey", owner, createdAt, expiresAt: daysAgo(-1) },
    { kind: "aws:AccessKey", owner: iam.userName, createdAt, status: "Inactive" },
  ] as const;
  const ids: string[] = [];
  for (const key of keys) ids.push(await iam.plantKey(key));
  const before = new Map(iam.keys().map((key) => [key.id, key]));

  const where = ["--service-account", owner, "--user", iam.userName];
  const { stdout } = await scan(iam, [...where, "--adopt", "--language", "yaml"]);
  await stack.files.write("Pulumi.yaml", stdout.replace(/^name: .*$/m, "name: things"));
  await stack.up();
  await stack.up("--expect-no-changes");
  assert.deepEqual(stack.ids().toSorted(), ids.toSorted());
  for (const id of ids) {
    const { description: now = "", ...rest } = iam.keys().find((key) => key.id === id) ?? {};
    const { description: then = "", ...same } = before.get(id) ?? {};
    assert.deepEqual(rest, same);
    assert.ok(now.startsWith(then));
  }
});
