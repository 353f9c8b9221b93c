import assert from "node:assert/strict";
import { test } from "node:test";
import type { LocalIam } from "../index.ts";
import { manualClock, startForTest, yandex } from "./startForTest.ts";
import type { YandexBody } from "./yandexBody.ts";

const path = "iam/v1/apiKeys";

async function create(iam: LocalIam, json: object) {
  return await yandex(iam).post<YandexBody>(path, {
    json: { serviceAccountId: iam.serviceAccountId, ...json },
  });
}

function accountSeenWith(iam: LocalIam, secret: string) {
  return yandex(iam).get<YandexBody>(`iam/v1/serviceAccounts/${iam.serviceAccountId}`, {
    headers: { authorization: `Api-Key ${secret}` },
  });
}

test("an API key lives its life: create, get, list, update, delete", async (t) => {
  const iam = await startForTest(t);
  const api = yandex(iam);
  const scopes = ["yc.search-api.execute", "yc.monitoring.manage"];
  const expiresAt = "2100-01-02T03:04:05+03:00";

  const created = (await create(iam, { description: "one", scopes, expiresAt })).body;
  const { apiKey, secret } = created;
  assert.deepEqual(Object.keys(created), ["apiKey", "secret"]);
  const { id, createdAt, ...said } = apiKey;
  assert.deepEqual(said, {
    serviceAccountId: iam.serviceAccountId,
    description: "one",
    scopes,
    expiresAt: "2100-01-02T00:04:05Z",
    maskedSecret: `****${secret.slice(-6)}`,
  });
  assert.match(apiKey.maskedSecret, /^\*{4}[a-zA-Z0-9_]{6}$/);
  assert.ok(iam.secrets().includes(secret));
  assert.ok(!Number.isNaN(Date.parse(createdAt)));

  assert.deepEqual((await api.get(`${path}/${id}`)).body, apiKey);
  const searchParams = { serviceAccountId: iam.serviceAccountId };
  assert.deepEqual((await api.get(path, { searchParams })).body, { apiKeys: [apiKey] });

  const update = async (json: object) => (await api.patch<YandexBody>(`${path}/${id}`, { json })).body;
  const masked = await update({ updateMask: "description,expiresAt", description: "two" });
  assert.equal(masked.metadata.apiKeyId, id);
  const { expiresAt: _never, ...rest } = apiKey;
  assert.deepEqual((await api.get(`${path}/${id}`)).body, { ...rest, description: "two" });
  await update({ updateMask: "scopes", scopes: ["yc.ydb.tables.manage"] });
  assert.deepEqual((await api.get<YandexBody>(`${path}/${id}`)).body.scopes, ["yc.ydb.tables.manage"]);
  const whole = await update({ description: "three", scopes, expiresAt });
  assert.equal(whole.response.description, "three");
  assert.deepEqual((await api.get(`${path}/${id}`)).body, { ...apiKey, description: "three" });

  const deleted = (await api.delete<YandexBody>(`${path}/${id}`)).body;
  assert.deepEqual([deleted.done, deleted.metadata.apiKeyId], [true, id]);
  assert.equal((await api.delete(`${path}/${id}`)).statusCode, 404);
  assert.deepEqual(iam.keys(), []);
});

test("the limits of an API key are kept", async (t) => {
  const iam = await startForTest(t);
  const field = async (json: object) => {
    const { statusCode, body } = await create(iam, json);
    assert.equal(statusCode, 400);
    return body.details[0]?.fieldViolations[0]?.field.split(".")[0];
  };
  const many = Array.from({ length: 101 }, (_, index) => `scope-${index}`);
  assert.equal(await field({ scopes: many }), "scopes");
  assert.equal(await field({ scopes: ["s".repeat(257)] }), "scopes");
  assert.equal(await field({ scopes: ["same", "same"] }), "scopes");
  assert.equal(await field({ description: "d".repeat(257) }), "description");
  assert.equal(await field({ expiresAt: "2106-01-01T00:00:00Z" }), "expiresAt");
  assert.equal(await field({ expiresAt: "1969-12-31T23:59:59Z" }), "expiresAt");
  assert.equal(await field({ expiresAt: "tomorrow" }), "expiresAt");
  const { apiKey } = (
    await create(iam, { scopes: many.slice(1), expiresAt: "2099-01-01T00:00:00.123456789Z" })
  ).body;
  assert.equal(apiKey.expiresAt, "2099-01-01T00:00:00.123Z");

  const update = async (json: object) =>
    (await yandex(iam).patch(`${path}/${apiKey.id}`, { json })).statusCode;
  assert.equal(await update({ updateMask: "scopes" }), 400, "an update takes 1 to 100");
  assert.equal(await update({ updateMask: "secret" }), 400);
});

test("an API key needs a service account", async (t) => {
  const iam = await startForTest(t);
  assert.equal((await yandex(iam).post(path, { json: {} })).statusCode, 400);
  const own = await yandex(iam, iam.issueToken(iam.serviceAccountId)).post<YandexBody>(path, { json: {} });
  assert.equal(own.body.apiKey.serviceAccountId, iam.serviceAccountId);
});

test("an API key authenticates until it expires, where API keys are taken", async (t) => {
  const clock = manualClock();
  const iam = await startForTest(t, { now: clock.now });
  const expiresAt = new Date(clock.now().getTime() + 60_000).toISOString();
  const { apiKey, secret } = (await create(iam, { expiresAt })).body;
  assert.equal((await accountSeenWith(iam, secret)).body.id, iam.serviceAccountId);
  const [listed] = iam.keys();
  assert.deepEqual([listed?.kind, listed?.id, listed?.expiresAt], ["yandex:ApiKey", apiKey.id, expiresAt]);
  assert.equal(listed?.lastUsedAt, clock.now().toISOString());

  assert.equal((await accountSeenWith(iam, `${secret}x`)).statusCode, 401);
  const elsewhere = await yandex(iam).get(path, { headers: { authorization: `Api-Key ${secret}` } });
  assert.equal(elsewhere.statusCode, 401);
  clock.advance(60_000);
  assert.equal((await accountSeenWith(iam, secret)).statusCode, 401);
  assert.equal(iam.keys().length, 1, "it exists until it is deleted");
});

test("a new API key is unknown until it has propagated, and has the roles of its account", async (t) => {
  const clock = manualClock();
  const iam = await startForTest(t, { now: clock.now, propagationMs: 5000 });
  const { secret } = (await create(iam, {})).body;
  assert.equal((await accountSeenWith(iam, secret)).statusCode, 401);
  clock.advance(5000);
  assert.equal((await accountSeenWith(iam, secret)).statusCode, 200);
  iam.setRoles(iam.serviceAccountId, []);
  assert.equal((await accountSeenWith(iam, secret)).statusCode, 403);
});
