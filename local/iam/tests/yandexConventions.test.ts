import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { manualClock, startForTest, yandex } from "./startForTest.ts";
import type { YandexBody } from "./yandexBody.ts";

const accessKeys = "iam/aws-compatibility/v1/accessKeys";

test("a bearer token is needed, and has to be known and unexpired", async (t) => {
  const clock = manualClock();
  const iam = await startForTest(t, { now: clock.now });
  const status = async (authorization: string | undefined) => {
    const { statusCode, body } = await yandex(iam).get<YandexBody>("iam/v1/keys", {
      headers: { authorization },
    });
    return [statusCode, body.code];
  };
  const token = iam.issueToken(iam.serviceAccountId, { ttlMs: 60_000 });
  assert.deepEqual(await status(undefined), [401, 16]);
  assert.deepEqual(await status("Bearer t1.unknown"), [401, 16]);
  assert.deepEqual(await status(`Basic ${token}`), [401, 16]);
  assert.deepEqual(await status(`Bearer ${token}`), [200, undefined]);
  clock.advance(60_000);
  assert.deepEqual(await status(`Bearer ${token}`), [401, 16]);
  assert.deepEqual(iam.keys(), []);
});

test("every answer carries the ids that support asks for", async (t) => {
  const iam = await startForTest(t);
  const answers = [
    await yandex(iam).get("iam/v1/keys"),
    await yandex(iam).get("iam/v1/keys/none"),
    await yandex(iam, "none").get("iam/v1/keys"),
  ];
  for (const { headers } of answers) {
    for (const name of ["x-request-id", "x-server-request-id", "x-server-trace-id"]) {
      assert.match(String(headers[name]), /^[0-9a-f-]{36}$/);
    }
  }
});

test("what does not exist is answered 404 with code 5", async (t) => {
  const iam = await startForTest(t);
  for (const path of [
    "iam/v1/keys/aje0",
    `${accessKeys}/aje0`,
    "iam/v1/serviceAccounts/aje0",
    "operations/aje0",
    "iam/v1/nothing",
    "",
  ]) {
    const { statusCode, body } = await yandex(iam).get<YandexBody>(path);
    assert.deepEqual([path, statusCode, body.code], [path, 404, 5]);
  }
  const create = await yandex(iam).post<YandexBody>(accessKeys, { json: { serviceAccountId: "aje0" } });
  assert.deepEqual([create.statusCode, create.body.code], [404, 5]);
});

test("a field that breaks a limit is named in the details", async (t) => {
  const iam = await startForTest(t);
  const { statusCode, body } = await yandex(iam).post<YandexBody>(accessKeys, {
    json: { serviceAccountId: iam.serviceAccountId, description: "d".repeat(257) },
  });
  assert.equal(statusCode, 400);
  assert.equal(body.code, 3);
  assert.deepEqual(body.details, [
    {
      "@type": "type.googleapis.com/google.rpc.BadRequest",
      fieldViolations: [
        { field: "description", description: "The maximum string length in characters is 256." },
      ],
    },
  ]);
  assert.deepEqual(iam.keys(), []);
});

test("limits count characters, not UTF-16 units", async (t) => {
  const iam = await startForTest(t);
  const { statusCode } = await yandex(iam).post(accessKeys, {
    json: { serviceAccountId: iam.serviceAccountId, description: "🔑".repeat(256) },
  });
  assert.equal(statusCode, 200);
});

test("a body that is not the message is refused", async (t) => {
  const iam = await startForTest(t);
  const serviceAccountId = iam.serviceAccountId;
  const status = async (path: string, body: string) =>
    (await yandex(iam).post<YandexBody>(path, { body })).statusCode;
  assert.equal(await status("iam/v1/keys", "{"), 400);
  assert.equal(await status("iam/v1/keys", "[]"), 400);
  assert.equal(await status("iam/v1/keys", JSON.stringify({ serviceAccountId, labels: {} })), 400);
  assert.equal(await status("iam/v1/keys", JSON.stringify({ serviceAccountId, keyAlgorithm: "RSA_1" })), 400);
  assert.equal(await status("iam/v1/keys", JSON.stringify({ serviceAccountId, description: 7 })), 400);
  assert.equal(await status(accessKeys, JSON.stringify({ serviceAccountId, description: null })), 200);
});

test("an update mask may name only what can be updated", async (t) => {
  const iam = await startForTest(t);
  const { id } = await iam.serviceAccountKeyFile(iam.serviceAccountId);
  const { statusCode } = await yandex(iam).patch(`iam/v1/keys/${id}`, {
    json: { updateMask: "description,publicKey", description: "x" },
  });
  assert.equal(statusCode, 400);
});

test("a list is given in pages, and deleting between them loses nothing", async (t) => {
  const iam = await startForTest(t);
  const api = yandex(iam);
  const serviceAccountId = iam.serviceAccountId;
  const ids: string[] = [];
  for (let index = 0; index < 5; index += 1) {
    ids.push((await api.post<YandexBody>(accessKeys, { json: { serviceAccountId } })).body.accessKey.id);
  }
  const page = async (searchParams: Record<string, string | number>) => {
    const { body } = await api.get<YandexBody>(accessKeys, {
      searchParams: { serviceAccountId, ...searchParams },
    });
    return { ids: body.accessKeys.map(({ id }: { id: string }) => id), next: body.nextPageToken };
  };
  const first = await page({ pageSize: 2 });
  assert.deepEqual(first.ids, ids.slice(0, 2));
  await api.delete(`${accessKeys}/${ids[0]}`);
  const second = await page({ pageSize: 2, pageToken: first.next });
  assert.deepEqual(second.ids, ids.slice(2, 4));
  const third = await page({ pageSize: 2, pageToken: second.next });
  assert.deepEqual(third, { ids: ids.slice(4), next: undefined });
  assert.deepEqual((await page({ pageSize: 0 })).ids, ids.slice(1), "0 is the default size");

  for (const searchParams of [{ pageSize: 1001 }, { pageSize: -1 }, { pageSize: "x" }, { pageToken: "x" }]) {
    assert.equal((await api.get(accessKeys, { searchParams })).statusCode, 400);
  }
});

test("an operation is not done, and nothing has changed, until its time has come", async (t) => {
  const clock = manualClock();
  const iam = await startForTest(t, { now: clock.now, operationMs: 3000 });
  const api = yandex(iam);
  const { id } = await iam.serviceAccountKeyFile(iam.serviceAccountId);

  const started = (await api.delete<YandexBody>(`iam/v1/keys/${id}`)).body;
  assert.equal("done" in started, false, "false is the default and is left out");
  assert.equal("response" in started, false);
  clock.advance(2999);
  assert.equal("done" in (await api.get<YandexBody>(`operations/${started.id}`)).body, false);
  assert.equal((await api.get(`iam/v1/keys/${id}`)).statusCode, 200);
  clock.advance(1);
  assert.equal((await api.get(`iam/v1/keys/${id}`)).statusCode, 404);
  const ended = (await api.get<YandexBody>(`operations/${started.id}`)).body;
  assert.equal(ended.done, true);
  assert.equal(ended.createdAt, started.createdAt);
  assert.notEqual(ended.modifiedAt, started.modifiedAt);
});

test("of two deletes under way the second ends with an error", async (t) => {
  const clock = manualClock();
  const iam = await startForTest(t, { now: clock.now, operationMs: 1000 });
  const api = yandex(iam);
  const { id } = await iam.serviceAccountKeyFile(iam.serviceAccountId);
  const first = (await api.delete<YandexBody>(`iam/v1/keys/${id}`)).body;
  const second = (await api.delete<YandexBody>(`iam/v1/keys/${id}`)).body;
  clock.advance(1000);
  assert.equal((await api.get<YandexBody>(`operations/${first.id}`)).body.error, undefined);
  assert.equal((await api.get<YandexBody>(`operations/${second.id}`)).body.error.code, 5);
});

test("a mutation repeated under one Idempotency-Key is done once", async (t) => {
  const iam = await startForTest(t);
  const create = (key: string, token?: string) =>
    yandex(iam, token).post<YandexBody>("iam/v1/keys", {
      json: { serviceAccountId: iam.serviceAccountId },
      headers: { "idempotency-key": key },
    });
  const key = randomUUID();
  const [first, meanwhile] = await Promise.all([create(key), create(key)]);
  const later = await create(key);
  assert.deepEqual(meanwhile.body, first.body);
  assert.deepEqual(later.body, first.body);
  assert.equal(iam.keys().length, 1);

  assert.notEqual((await create(randomUUID())).body.key.id, first.body.key.id);
  const asAnother = await create(key, iam.issueToken(iam.addServiceAccount()));
  assert.notEqual(asAnother.body.key.id, first.body.key.id, "the key is the caller's own");
});

test("a repetition is answered as the first was even with another body", async (t) => {
  const iam = await startForTest(t);
  const headers = { "idempotency-key": randomUUID() };
  const create = (description: string) =>
    yandex(iam).post<YandexBody>(accessKeys, {
      json: { serviceAccountId: iam.serviceAccountId, description },
      headers,
    });
  const first = await create("one");
  assert.deepEqual((await create("another")).body, first.body);
  assert.equal(iam.keys().length, 1);
});

test("a repeated update or delete shows the operation of the first one as it is by now", async (t) => {
  const clock = manualClock();
  const iam = await startForTest(t, { now: clock.now, operationMs: 1000 });
  const { id } = await iam.serviceAccountKeyFile(iam.serviceAccountId);
  const headers = { "idempotency-key": randomUUID() };
  const remove = async () => (await yandex(iam).delete<YandexBody>(`iam/v1/keys/${id}`, { headers })).body;
  const first = await remove();
  assert.equal(first.done, undefined);
  clock.advance(1000);
  const again = await remove();
  assert.deepEqual([again.id, again.done, again.error], [first.id, true, undefined]);
});

test("a server may be told to take no notice of Idempotency-Key", async (t) => {
  const iam = await startForTest(t, { honoursIdempotencyKey: false });
  const create = () =>
    yandex(iam).post<YandexBody>(accessKeys, {
      json: { serviceAccountId: iam.serviceAccountId },
      headers: { "idempotency-key": "no UUID" },
    });
  assert.notEqual((await create()).body.accessKey.id, (await create()).body.accessKey.id);
  assert.equal(iam.keys().length, 2);
});

test("an Idempotency-Key has to be a UUID, and a failure is not remembered under it", async (t) => {
  const iam = await startForTest(t);
  const remove = (id: string, key: string) =>
    yandex(iam).delete(`iam/v1/keys/${id}`, { headers: { "idempotency-key": key } });
  const { id } = await iam.serviceAccountKeyFile(iam.serviceAccountId);
  assert.equal((await remove(id, "once")).statusCode, 400);
  assert.equal(iam.keys().length, 1);

  const create = (serviceAccountId: string) =>
    yandex(iam).post(accessKeys, { json: { serviceAccountId }, headers: { "idempotency-key": key } });
  const key = randomUUID();
  assert.equal((await create("aje0")).statusCode, 404);
  assert.equal((await create(iam.serviceAccountId)).statusCode, 200);
});

test("times are RFC 3339 in UTC, with a fraction only where there is one", async (t) => {
  const clock = manualClock();
  const iam = await startForTest(t, { now: clock.now });
  const createdAt = async () => {
    const json = { serviceAccountId: iam.serviceAccountId };
    return (await yandex(iam).post<YandexBody>(accessKeys, { json })).body.accessKey.createdAt;
  };
  assert.match(await createdAt(), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  clock.advance(120);
  assert.match(await createdAt(), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.120Z$/);
});
