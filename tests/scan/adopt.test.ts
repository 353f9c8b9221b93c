import assert from "node:assert/strict";
import { test } from "node:test";
import { TestStack } from "../../local/engine/tests/support/stack.ts";
import { startLocalIam } from "../../local/iam/index.ts";
import { daysAgo, scan } from "./support.ts";

test("what --adopt prints is a program that takes the keys over and leaves them as they are", async (t) => {
  const iam = await startLocalIam({ rsaKeyPool: 1 });
  t.after(() => iam.close());
  const owner = iam.serviceAccountId;
  const description = 'of "the shop" \u202e';
  const createdAt = daysAgo(400);
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  const ids = [
    await iam.plantKey({ kind: "yandex:ServiceAccountKey", owner, description, createdAt }),
    await iam.plantKey({ kind: "yandex:StaticAccessKey", owner, description, createdAt }),
    await iam.plantKey({ kind: "yandex:ApiKey", owner, createdAt, expiresAt }),
    await iam.plantKey({ kind: "aws:AccessKey", owner: iam.userName, createdAt, status: "Inactive" }),
  ];
  const tag = "[pulumi shop/prod/uploads]";
  const held = await iam.plantKey({ kind: "yandex:ApiKey", owner, description: tag, createdAt });
  const before = new Map(iam.keys().map((key) => [key.id, key]));

  const where = ["--folder", iam.folderId, "--user", iam.userName];
  const { stdout } = await scan(iam, [...where, "--adopt"]);
  assert.match(
    stdout,
    new RegExp(`^// ${held} is left out: it carries the name of shop/prod/uploads\\.$`, "m"),
  );
  assert.ok(!stdout.includes("\u202e"));
  assert.doesNotMatch(stdout, new RegExp(`id: "${held}"`));

  const stack = await TestStack.create(t);
  Object.assign(stack.env, iam.environment);
  const asCommonJs = stdout.replace(/^import (.*) from ("[^"]+");$/m, "const $1 = require($2);");
  await stack.write("index.js", asCommonJs);
  await stack.up();
  assert.deepEqual(
    iam
      .keys()
      .map(({ id }) => id)
      .sort(),
    [...ids, held].sort(),
  );
  for (const id of ids) {
    const key = iam.keys().find((each) => each.id === id);
    const { description: now = "", ...rest } = key ?? {};
    const { description: then = "", ...same } = before.get(id) ?? {};
    assert.deepEqual(rest, same);
    assert.ok(String(now).startsWith(String(then)));
  }

  const named = await scan(iam, [...where, "--adopt", held]);
  assert.match(named.stdout, /^\/\/ It carries the name of shop\/prod\/uploads: take it over only if/m);
  assert.match(named.stdout, new RegExp(`adopt: { id: "${held}" }`));
  const second = await iam.plantKey({ kind: "aws:AccessKey", owner: iam.userName });
  const full = await scan(iam, ["--user", iam.userName, "--adopt", second]);
  assert.match(full.stdout, /^\/\/ AWS allows user \S+ no third key: .*\nnew aws\.RotatingAccessKey\(/m);
});
