import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import {
  DeleteAccessKeyCommand,
  GetAccessKeyLastUsedCommand,
  ListAccessKeysCommand,
} from "@aws-sdk/client-iam";
import got from "got";
import type { LocalIam } from "../index.ts";
import { aws, awsKeyOf, manualClock, startForTest, yandex } from "./startForTest.ts";
import type { YandexBody, YandexKeyBody } from "./yandexBody.ts";

const second = 1000;

/** What a client does with keys of one kind. */
interface Keys {
  create(): Promise<string>;
  remove(id: string): Promise<unknown>;
  list(): Promise<(string | undefined)[]>;
  /** Whether it is found by its id. */
  found(id: string): Promise<boolean>;
}

function yandexKeys(iam: LocalIam, path: string): Keys {
  const api = yandex(iam);
  const { serviceAccountId } = iam;
  return {
    async create() {
      const { body } = await api.post<Record<string, YandexKeyBody>>(path, { json: { serviceAccountId } });
      return Object.values(body).find((part) => part.id !== undefined)?.id ?? assert.fail("no key");
    },
    remove: (id) => api.delete(`${path}/${id}`),
    async list() {
      const { body } = await api.get<YandexBody>(path, { searchParams: { serviceAccountId } });
      return (body.keys ?? body.accessKeys ?? body.apiKeys ?? []).map(({ id }) => id);
    },
    found: async (id) => (await api.get(`${path}/${id}`)).statusCode === 200,
  };
}

function awsKeys(t: TestContext, iam: LocalIam): Keys {
  const client = aws(t, iam);
  const UserName = iam.userName;
  return {
    create: async () => (await awsKeyOf(t, iam, UserName)).accessKeyId,
    remove: (AccessKeyId) => client.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId })),
    async list() {
      const { AccessKeyMetadata = [] } = await client.send(new ListAccessKeysCommand({ UserName }));
      return AccessKeyMetadata.map(({ AccessKeyId }) => AccessKeyId);
    },
    found: (AccessKeyId) =>
      client.send(new GetAccessKeyLastUsedCommand({ AccessKeyId })).then(
        () => true,
        () => false,
      ),
  };
}

const kinds: Readonly<Record<string, (t: TestContext, iam: LocalIam) => Keys>> = {
  "Key.list": (_t, iam) => yandexKeys(iam, "iam/v1/keys"),
  "AccessKey.list": (_t, iam) => yandexKeys(iam, "iam/aws-compatibility/v1/accessKeys"),
  "ApiKey.list": (_t, iam) => yandexKeys(iam, "iam/v1/apiKeys"),
  "aws:ListAccessKeys": awsKeys,
};

for (const [operation, keysOf] of Object.entries(kinds)) {
  test(`${operation} shows a new key late and a deleted one still, whose ids are known and gone at once`, async (t) => {
    const clock = manualClock();
    const iam = await startForTest(t, {
      now: clock.now,
      consistency: { createsHiddenMs: 10 * second, deletesShownMs: 30 * second },
    });
    const keys = keysOf(t, iam);

    const first = await keys.create();
    assert.deepEqual([await keys.list(), await keys.found(first)], [[], true]);
    clock.advance(10 * second);
    assert.deepEqual(await keys.list(), [first]);

    const other = await keys.create();
    await keys.remove(first);
    assert.deepEqual([await keys.list(), await keys.found(first)], [[first], false]);
    clock.advance(10 * second);
    assert.deepEqual(await keys.list(), [first, other], "in the order of creation");
    iam.remove(other);
    clock.advance(20 * second);
    assert.deepEqual(await keys.list(), [other], "also what somebody else has deleted");
    clock.advance(10 * second);
    assert.deepEqual(await keys.list(), []);
  });
}

test("another process says how late lists are from then on", async (t) => {
  const clock = manualClock();
  const iam = await startForTest(t, { now: clock.now });
  const post = (json: object) =>
    got.post(`${iam.url}/_local/consistency`, { json, throwHttpErrors: false, retry: { limit: 0 } });
  const keys = yandexKeys(iam, "iam/aws-compatibility/v1/accessKeys");

  const before = await keys.create();
  assert.equal((await post({ createsHiddenMs: second })).statusCode, 200);
  const hidden = await keys.create();
  assert.deepEqual(await keys.list(), [before]);
  await keys.remove(before);
  assert.deepEqual(await keys.list(), [], "deletes are not late");
  assert.equal((await post({})).statusCode, 200);
  const shown = await keys.create();
  assert.deepEqual(await keys.list(), [shown], "what was late stays so");
  clock.advance(second);
  assert.deepEqual(await keys.list(), [hidden, shown]);

  assert.equal((await post({ createsHiddenMs: -1 })).statusCode, 400);
  assert.equal((await post({ createsHidden: second })).statusCode, 400);
  assert.throws(() => iam.setConsistency({ deletesShownMs: Number.NaN }));
});

test("a key that is hidden takes its place of the two that AWS allows, and one that is gone does not", async (t) => {
  const iam = await startForTest(t, {
    consistency: { createsHiddenMs: 3600 * second, deletesShownMs: 3600 * second },
  });
  const keys = awsKeys(t, iam);
  const ids = [await keys.create(), await keys.create()];
  assert.deepEqual(await keys.list(), []);
  await assert.rejects(keys.create(), { name: "LimitExceededException" });
  await keys.remove(ids[0] ?? "");
  await keys.create();
});

test("pages of a late list lead through all of it", async (t) => {
  const iam = await startForTest(t, { consistency: { deletesShownMs: 3600 * second } });
  const keys = yandexKeys(iam, "iam/v1/apiKeys");
  const ids = [await keys.create(), await keys.create(), await keys.create()];
  await keys.remove(ids[1] ?? "");
  const listed: string[] = [];
  let pageToken = "";
  do {
    const { body } = await yandex(iam).get<YandexBody>("iam/v1/apiKeys", {
      searchParams: { serviceAccountId: iam.serviceAccountId, pageSize: 1, pageToken },
    });
    listed.push(...body.apiKeys.map(({ id }) => id));
    pageToken = body.nextPageToken;
  } while (pageToken);
  assert.deepEqual(listed, ids);
});
