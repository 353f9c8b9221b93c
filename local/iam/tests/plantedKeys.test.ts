import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import {
  CreateAccessKeyCommand,
  GetAccessKeyLastUsedCommand,
  ListAccessKeysCommand,
} from "@aws-sdk/client-iam";
import got from "got";
import type { LocalIam, PlantedKey } from "../index.ts";
import { keysInUse } from "./keysInUse.ts";
import { aws, startForTest, yandex } from "./startForTest.ts";
import type { YandexBody } from "./yandexBody.ts";

const createdAt = "2021-03-04T05:06:07Z";
const lastUsedAt = "2022-03-04T05:06:07Z";
const usedAgainAt = "2023-03-04T05:06:07Z";
const expiresAt = "2100-01-02T03:04:05Z";

interface Steering {
  plant(key: PlantedKey): Promise<string>;
  use(id: string, at: string): Promise<unknown>;
}

/** The ways in which a test puts keys there, and says that somebody has used them. */
const ways: Readonly<Record<string, (iam: LocalIam) => Steering>> = {
  "this process": (iam) => ({
    plant: iam.plantKey,
    use: async (id, at) => iam.patch(id, { lastUsedAt: at }),
  }),
  "another process": (iam) => {
    const url = `${iam.url}/_local/keys`;
    return {
      plant: async (json) => (await got.post(url, { json }).json<{ id: string }>()).id,
      use: (id, at) => got.patch(url, { json: { id, lastUsedAt: at } }),
    };
  },
};

const yandexKinds = {
  "yandex:ServiceAccountKey": "iam/v1/keys",
  "yandex:StaticAccessKey": "iam/aws-compatibility/v1/accessKeys",
  "yandex:ApiKey": "iam/v1/apiKeys",
} as const;

async function listed(iam: LocalIam, path: string) {
  const { body } = await yandex(iam).get<YandexBody>(path, {
    searchParams: { serviceAccountId: iam.serviceAccountId },
  });
  return body.keys ?? body.accessKeys ?? body.apiKeys ?? [];
}

async function awsKeys(t: TestContext, iam: LocalIam) {
  const client = aws(t, iam);
  const { AccessKeyMetadata = [] } = await client.send(new ListAccessKeysCommand({ UserName: iam.userName }));
  const described = AccessKeyMetadata.map(async ({ AccessKeyId, Status, CreateDate }) => {
    const { AccessKeyLastUsed } = await client.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }));
    return [AccessKeyId, Status, CreateDate, AccessKeyLastUsed?.LastUsedDate];
  });
  return Promise.all(described);
}

for (const [who, steeringOf] of Object.entries(ways)) {
  for (const [kind, path] of Object.entries(yandexKinds) as [keyof typeof yandexKinds, string][]) {
    test(`${who} puts a ${kind} there, and says when it was used`, async (t) => {
      const iam = await startForTest(t);
      const { plant, use } = steeringOf(iam);
      const owner = iam.serviceAccountId;
      const id = await plant({ kind, owner, description: "somebody's", createdAt, lastUsedAt });
      const [key] = await listed(iam, path);
      assert.deepEqual(
        [key?.id, key?.description, key?.createdAt, key?.lastUsedAt],
        [id, "somebody's", createdAt, lastUsedAt],
      );
      await use(id, usedAgainAt);
      assert.equal((await listed(iam, path))[0]?.lastUsedAt, usedAgainAt);

      const plain = await plant({ kind, owner });
      const [, other] = await listed(iam, path);
      assert.deepEqual([other?.id, other?.description, other?.lastUsedAt], [plain, undefined, undefined]);
      assert.ok(Math.abs(Date.parse(String(other?.createdAt)) - Date.now()) < 60_000);
    });
  }

  test(`${who} puts a secret of an OAuth client there, of which no use is seen`, async (t) => {
    const iam = await startForTest(t);
    const { plant } = steeringOf(iam);
    const oauthClientId = "aje0oauthclient00000";
    const kind = "yandex:OAuthClientSecret";
    const old = await plant({ kind, owner: oauthClientId, description: "somebody's", createdAt });
    const young = await plant({ kind, owner: oauthClientId });
    const { body } = await yandex(iam).get<{ oauthClientSecrets: Record<string, string>[] }>(
      "iam/v1/oauthClientSecrets",
      { searchParams: { oauthClientId } },
    );
    const [first, second] = body.oauthClientSecrets;
    assert.deepEqual([first?.id, first?.description, first?.createdAt], [old, "somebody's", createdAt]);
    assert.deepEqual([second?.id, second?.description], [young, undefined]);
    await assert.rejects(plant({ kind, owner: oauthClientId, lastUsedAt }));
  });

  test(`${who} puts AWS access keys there, and says when they were used`, async (t) => {
    const iam = await startForTest(t);
    const { plant, use } = steeringOf(iam);
    const kind = "aws:AccessKey";
    const owner = iam.userName;
    const used = await plant({ kind, owner, status: "Inactive", createdAt, lastUsedAt });
    const unused = await plant({ kind, owner, createdAt });
    const made = new Date(createdAt);
    assert.deepEqual(await awsKeys(t, iam), [
      [used, "Inactive", made, new Date(lastUsedAt)],
      [unused, "Active", made, undefined],
    ]);
    await use(unused, usedAgainAt);
    assert.deepEqual((await awsKeys(t, iam))[1]?.[3], new Date(usedAgainAt));

    await assert.rejects(plant({ kind, owner }));
    await assert.rejects(aws(t, iam).send(new CreateAccessKeyCommand({ UserName: owner })), {
      name: "LimitExceededException",
    });
  });
}

test("an API key may be put there that has expired", async (t) => {
  const iam = await startForTest(t);
  const kind = "yandex:ApiKey";
  const owner = iam.serviceAccountId;
  await iam.plantKey({ kind, owner, expiresAt });
  await iam.plantKey({ kind, owner, createdAt, expiresAt: lastUsedAt });
  assert.deepEqual(
    (await listed(iam, "iam/v1/apiKeys")).map((key) => key.expiresAt),
    [expiresAt, lastUsedAt],
  );
});

test("a key that was put there as an old one is in lists and works at once", async (t) => {
  const iam = await startForTest(t, {
    consistency: { createsHiddenMs: 60_000, firstUses: { "*": ["refused"] } },
  });
  const kind = "yandex:ApiKey";
  const owner = iam.serviceAccountId;
  const firstUse = async () => {
    const headers = { authorization: `Api-Key ${iam.secrets().at(-1)}` };
    return (await yandex(iam).get(`iam/v1/serviceAccounts/${owner}`, { headers })).statusCode;
  };
  const old = await iam.plantKey({ kind, owner, createdAt });
  assert.equal(await firstUse(), 200);
  await iam.plantKey({ kind, owner });
  assert.equal(await firstUse(), 401);
  const found = await listed(iam, yandexKinds[kind]);
  assert.deepEqual(
    found.map(({ id }) => id),
    [old],
  );
});

test("what a consumer did long ago does not hide what it does now", async (t) => {
  const iam = await startForTest(t);
  for (const kind of Object.keys(keysInUse) as (keyof typeof keysInUse)[]) {
    const key = await keysInUse[kind](t, iam);
    iam.patch(key.id, { lastUsedAt });
    const seen = () => iam.keys().find(({ id }) => id === key.id)?.lastUsedAt;
    assert.equal(Date.parse(String(seen())), Date.parse(lastUsedAt));
    await key.use();
    assert.ok(Date.parse(String(seen())) > Date.parse(lastUsedAt));
  }
});

test("a key that could not be is refused", async (t) => {
  const iam = await startForTest(t);
  const id = iam.serviceAccountId;
  const refused = async (key: object, reason: RegExp) => {
    await assert.rejects(iam.plantKey(key as PlantedKey), reason);
    const { statusCode } = await got.post(`${iam.url}/_local/keys`, { json: key, throwHttpErrors: false });
    assert.equal(statusCode, 400);
  };
  await refused({ kind: "yandex:ApiKey", owner: "aje0" }, /no service account "aje0"/);
  await refused({ kind: "aws:AccessKey", owner: "nobody" }, /no AWS user "nobody"/);
  await refused({ kind: "aws:AccessKey", owner: iam.userName, description: "x" }, /description/);
  await refused({ kind: "yandex:StaticAccessKey", owner: id, status: "Active" }, /status/);
  await refused({ kind: "yandex:StaticAccessKey", owner: id, createdAt: "long ago" }, /createdAt/);
  await refused({ kind: "yandex:IamToken", owner: id }, /kind/);
  assert.deepEqual(iam.keys(), []);
  assert.throws(() => iam.patch("aje0", { lastUsedAt }), /nothing of id "aje0"/);
});
