import assert from "node:assert/strict";
import { test } from "node:test";
import { GetUserCommand } from "@aws-sdk/client-iam";
import got from "got";
import type { LocalCredential } from "../index.ts";
import { keysInUse } from "./keysInUse.ts";
import { aws, manualClock, startForTest } from "./startForTest.ts";

type Kind = keyof typeof keysInUse;
const kinds = Object.keys(keysInUse) as Kind[];

for (const kind of kinds) {
  test(`a new ${kind} may work, be refused, and then work for good`, async (t) => {
    const iam = await startForTest(t, {
      consistency: { firstUses: { "*": ["works", "refused", "works", "refused", "refused"] } },
    });
    for (const key of [await keysInUse[kind](t, iam), await keysInUse[kind](t, iam)]) {
      const uses: boolean[] = [];
      for (let count = 0; count < 7; count += 1) uses.push(await key.use());
      assert.deepEqual(uses, [true, false, true, false, false, true, true], "each key by itself");
    }
  });
}

test("another process says by kind what comes of the uses of keys that are made from then on", async (t) => {
  const iam = await startForTest(t);
  const post = (json: object) =>
    got.post(`${iam.url}/_local/consistency`, { json, throwHttpErrors: false, retry: { limit: 0 } });
  const old = await keysInUse["yandex:ApiKey"](t, iam);
  const firstUses = { "yandex:ApiKey": ["refused"], "aws:AccessKey": [], "*": ["refused", "refused"] };
  assert.equal((await post({ firstUses })).statusCode, 200);

  assert.equal(await old.use(), true);
  const refusals: Partial<Record<LocalCredential["kind"], number>> = {};
  for (const kind of kinds) {
    const key = await keysInUse[kind](t, iam);
    let refused = 0;
    while (refused < 9 && !(await key.use())) refused += 1;
    refusals[kind] = refused;
  }
  assert.deepEqual(refusals, {
    "yandex:ServiceAccountKey": 2,
    "yandex:StaticAccessKey": 2,
    "yandex:ApiKey": 1,
    "yandex:EphemeralAccessKey": 2,
    "aws:AccessKey": 0,
  });

  assert.equal((await post({ firstUses: { "yandex:IamToken": [] } })).statusCode, 400);
  assert.equal((await post({ firstUses: { "*": ["sometimes"] } })).statusCode, 400);
});

test("uses before a key has propagated are refused and not counted, and the administrator's always work", async (t) => {
  const clock = manualClock();
  const iam = await startForTest(t, {
    now: clock.now,
    propagationMs: 5000,
    consistency: { firstUses: { "*": ["works", "refused"] } },
  });
  const key = await keysInUse["yandex:StaticAccessKey"](t, iam);
  const uses = [await key.use(clock.now()), await key.use(clock.now())];
  clock.advance(5000);
  for (let count = 0; count < 3; count += 1) uses.push(await key.use(clock.now()));
  assert.deepEqual(uses, [false, false, true, false, true]);
  assert.equal(iam.keys().find(({ id }) => id === key.id)?.lastUsedAt, clock.now().toISOString());
  for (let count = 0; count < 2; count += 1) await aws(t, iam).send(new GetUserCommand({}));
});
