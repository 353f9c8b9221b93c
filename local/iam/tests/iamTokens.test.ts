import assert from "node:assert/strict";
import { test } from "node:test";
import type { JWTPayload } from "jose";
import type { LocalIam, ServiceAccountKeyFile } from "../index.ts";
import { audience, hour, type JwtChanges, jwtOf, privateKeyOf } from "./jwtOf.ts";
import { manualClock, startForTest, yandex } from "./startForTest.ts";
import type { YandexBody } from "./yandexBody.ts";

async function exchange(iam: LocalIam, jwt: string) {
  const { statusCode, body } = await yandex(iam, "").post<YandexBody>("iam/v1/tokens", {
    json: { jwt },
    headers: { authorization: undefined },
  });
  return { statusCode, body };
}

test("a JWT signed with an authorized key is exchanged for a token that acts as the account", async (t) => {
  const clock = manualClock();
  const iam = await startForTest(t, { now: clock.now });
  const file = await iam.serviceAccountKeyFile(iam.serviceAccountId);
  assert.deepEqual(Object.keys(file).sort(), [
    "created_at",
    "id",
    "key_algorithm",
    "private_key",
    "public_key",
    "service_account_id",
  ]);
  assert.equal(iam.keys()[0]?.lastUsedAt, undefined);

  const { statusCode, body } = await exchange(iam, await jwtOf(file, clock.now()));
  assert.equal(statusCode, 200);
  assert.match(body.iamToken, /^t1\.[\w-]+$/);
  assert.match(body.expiresAt, /\.\d{9}Z$/);
  assert.ok(Date.parse(body.expiresAt) - clock.now().getTime() <= 12 * hour * 1000);
  const key = iam.keys().find(({ kind }) => kind === "yandex:ServiceAccountKey");
  assert.equal(key?.lastUsedAt, clock.now().toISOString());

  const own = await yandex(iam, body.iamToken).post<YandexBody>("iam/aws-compatibility/v1/accessKeys", {
    json: {},
  });
  assert.equal(own.body.accessKey.serviceAccountId, iam.serviceAccountId);
});

const now = () => Math.floor(Date.now() / 1000);
const refusedJwts: Record<string, (iam: LocalIam, file: ServiceAccountKeyFile) => Promise<JwtChanges>> = {
  "another algorithm": async () => ({ header: { alg: "RS256" } }),
  "an unknown key id": async () => ({ header: { kid: "ajeunknown0000000000" } }),
  "another account as issuer": async (iam) => ({ claims: { iss: iam.addServiceAccount() } }),
  "another audience": async () => ({ claims: { aud: "https://iam.api.cloud.yandex.net/" } }),
  "a list of audiences": async () => ({ claims: { aud: [audience, "https://example.net"] } }),
  "more than an hour of life": async () => ({ claims: { exp: now() + hour + 60 } }),
  "an expiry in the past": async () => ({ claims: { iat: now() - 120, exp: now() - 60 } }),
  "a start in the future": async () => ({ claims: { iat: now() + 600, exp: now() + 900 } }),
  "no expiry": async () => ({ claims: { exp: undefined } as unknown as JWTPayload }),
  "no time of issue": async () => ({ claims: { iat: undefined } as unknown as JWTPayload }),
  "the signature of another key": async (iam, file) => ({
    signWith: privateKeyOf(await iam.serviceAccountKeyFile(file.service_account_id)),
  }),
};

for (const [what, changesFor] of Object.entries(refusedJwts)) {
  test(`a JWT with ${what} is refused`, async (t) => {
    const iam = await startForTest(t);
    const file = await iam.serviceAccountKeyFile(iam.serviceAccountId);
    const jwt = await jwtOf(file, new Date(), await changesFor(iam, file));
    const { statusCode, body } = await exchange(iam, jwt);
    assert.deepEqual([statusCode, body.code], [401, 16]);
    assert.equal(iam.keys().find(({ id }) => id === file.id)?.lastUsedAt, undefined);
  });
}

test("a deleted key and text that is no JWT are refused", async (t) => {
  const iam = await startForTest(t);
  const file = await iam.serviceAccountKeyFile(iam.serviceAccountId);
  const jwt = await jwtOf(file, new Date());
  assert.equal((await exchange(iam, jwt)).statusCode, 200);
  await yandex(iam).delete(`iam/v1/keys/${file.id}`);
  assert.equal((await exchange(iam, jwt)).statusCode, 401);
  assert.equal((await exchange(iam, "not.a.jwt")).statusCode, 401);
});

test("a new key is unknown to the token service until it has propagated", async (t) => {
  const clock = manualClock();
  const iam = await startForTest(t, { now: clock.now, propagationMs: 5000 });
  const file = await iam.serviceAccountKeyFile(iam.serviceAccountId);
  clock.advance(4000);
  assert.equal((await exchange(iam, await jwtOf(file, clock.now()))).statusCode, 401);
  clock.advance(1000);
  assert.equal((await exchange(iam, await jwtOf(file, clock.now()))).statusCode, 200);
});

test("IamToken.create takes exactly one credential, and an OAuth token only where it is configured", async (t) => {
  const iam = await startForTest(t);
  const generous = await startForTest(t, { yandexPassportOauthToken: "oauth-of-a-test" });
  const create = (server: LocalIam, json: object) =>
    yandex(server).post<YandexBody>("iam/v1/tokens", { json });
  assert.equal((await create(iam, {})).statusCode, 400);
  assert.equal((await create(iam, { jwt: "a", yandexPassportOauthToken: "b" })).statusCode, 400);
  assert.equal((await create(iam, { jwt: "a".repeat(8001) })).statusCode, 400);
  assert.equal((await create(iam, { yandexPassportOauthToken: "oauth-of-a-test" })).statusCode, 401);
  assert.equal((await create(generous, { yandexPassportOauthToken: "another" })).statusCode, 401);
  const accepted = await create(generous, { yandexPassportOauthToken: "oauth-of-a-test" });
  assert.equal((await yandex(generous, accepted.body.iamToken).get("iam/v1/keys")).statusCode, 200);
});

test("a token for a service account works until it is revoked", async (t) => {
  const iam = await startForTest(t);
  const serviceAccountId = iam.serviceAccountId;
  const { body } = await yandex(iam).post<YandexBody>("iam/v1/tokens:createForServiceAccount", {
    json: { serviceAccountId },
  });
  const account = `iam/v1/serviceAccounts/${serviceAccountId}`;
  assert.equal((await yandex(iam, body.iamToken).get<YandexBody>(account)).body.id, serviceAccountId);
  assert.deepEqual(
    iam.keys().map(({ kind, owner }) => [kind, owner]),
    [["yandex:IamToken", serviceAccountId]],
  );

  const revoke = () =>
    yandex(iam).post<YandexBody>("iam/v1/tokens:revoke", { json: { iamToken: body.iamToken } });
  assert.deepEqual((await revoke()).body, { subjectId: serviceAccountId });
  assert.equal((await yandex(iam, body.iamToken).get(account)).statusCode, 401);
  assert.deepEqual((await revoke()).body, { subjectId: serviceAccountId }, "revoking again changes nothing");
  assert.deepEqual(iam.keys(), []);
});

test("createForServiceAccount wants a known account, revoke a known token", async (t) => {
  const api = yandex(await startForTest(t));
  const path = "iam/v1/tokens:createForServiceAccount";
  const absent = await api.post<YandexBody>(path, { json: {} });
  assert.equal(absent.statusCode, 400);
  assert.equal(absent.body.details[0]?.fieldViolations[0]?.field, "serviceAccountId");
  assert.equal((await api.post(path, { json: { serviceAccountId: "aje0" } })).statusCode, 404);
  assert.equal((await api.post("iam/v1/tokens:revoke", { json: { iamToken: "t1.x" } })).statusCode, 400);
});
