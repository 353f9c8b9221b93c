import assert from "node:assert/strict";
import { test } from "node:test";
import type { LocalIam } from "../index.ts";
import { sendSigned } from "./signedRequest.ts";
import { manualClock, startForTest, yandex } from "./startForTest.ts";
import type { YandexBody } from "./yandexBody.ts";

interface EphemeralKey {
  readonly accessKeyId: string;
  readonly secret: string;
  readonly sessionToken: string;
  readonly expiresAt: string;
}

async function create(iam: LocalIam, json: object, token?: string) {
  const { statusCode, body } = await yandex(iam, token).post<EphemeralKey & YandexBody>(
    "iam/aws-compatibility/v1/ephemeralAccessKeys",
    { json: { sessionName: "deploy@ci", ...json } },
  );
  return { statusCode, body };
}

async function listBuckets(iam: LocalIam, key: EphemeralKey, date: Date, sessionToken = key.sessionToken) {
  const { status, body } = await sendSigned(`${iam.url}/`, {
    accessKeyId: key.accessKeyId,
    secretAccessKey: key.secret,
    service: "s3",
    date,
    ...(sessionToken !== "" && { signed: { "x-amz-security-token": sessionToken } }),
  });
  return [status, /^<Error><Code>(\w+)</.exec(body)?.[1]];
}

test("an ephemeral access key works with its session token until it expires", async (t) => {
  const clock = manualClock();
  const iam = await startForTest(t, { now: clock.now });
  const { body: key } = await create(iam, { subjectId: iam.serviceAccountId, duration: "900s" });
  assert.deepEqual(Object.keys(key), ["accessKeyId", "secret", "sessionToken", "expiresAt"]);
  assert.match(key.accessKeyId, /^[A-Za-z0-9]{20}$/);
  assert.match(key.secret, /^YC[\w-]{41}$/);
  assert.match(key.sessionToken, /^s1\./);
  assert.equal(Date.parse(key.expiresAt), clock.now().getTime() + 900_000);
  for (const secret of [key.secret, key.sessionToken]) assert.ok(iam.secrets().includes(secret));

  assert.deepEqual(await listBuckets(iam, key, clock.now()), [200, undefined]);
  assert.deepEqual(await listBuckets(iam, key, clock.now(), ""), [400, "InvalidToken"]);
  assert.deepEqual(await listBuckets(iam, key, clock.now(), "s1.other"), [400, "InvalidToken"]);
  assert.deepEqual(
    iam.keys().map(({ kind, id, owner, expiresAt }) => ({ kind, id, owner, expiresAt })),
    [
      {
        kind: "yandex:EphemeralAccessKey",
        id: key.accessKeyId,
        owner: iam.serviceAccountId,
        expiresAt: new Date(key.expiresAt).toISOString(),
      },
    ],
  );
  clock.advance(900_000);
  assert.deepEqual(await listBuckets(iam, key, clock.now()), [400, "ExpiredToken"]);
  assert.deepEqual(iam.keys(), []);
});

test("it does not live longer than the token that asked for it", async (t) => {
  const clock = manualClock();
  const iam = await startForTest(t, { now: clock.now });
  const token = iam.issueToken(iam.serviceAccountId, { ttlMs: 3600_000 });
  for (const json of [{ duration: "7200s" }, {}]) {
    const { body } = await create(iam, json, token);
    assert.equal(Date.parse(body.expiresAt), clock.now().getTime() + 3600_000);
  }
  assert.equal(iam.keys().at(-1)?.owner, iam.serviceAccountId, "it is the caller's own");
});

test("the limits of its request are kept", async (t) => {
  const iam = await startForTest(t);
  const field = async (json: object) => {
    const { statusCode, body } = await create(iam, json);
    assert.equal(statusCode, 400);
    return body.details[0]?.fieldViolations[0]?.field;
  };
  assert.equal(await field({ sessionName: undefined }), "sessionName");
  assert.equal(await field({ sessionName: "" }), "sessionName");
  assert.equal(await field({ sessionName: "s".repeat(65) }), "sessionName");
  assert.equal(await field({ sessionName: "two words" }), "sessionName");
  assert.equal(await field({ policy: "{" }), "policy");
  assert.equal(await field({ policy: JSON.stringify({ Sid: "s".repeat(2048) }) }), "policy");
  assert.equal(await field({ duration: "899s" }), "duration");
  assert.equal(await field({ duration: "31536001s" }), "duration");
  assert.equal(await field({ duration: "15m" }), "duration");
  assert.equal((await create(iam, { subjectId: "aje0" })).statusCode, 404);
  assert.equal(
    (await create(iam, { duration: "31536000s", policy: '{"Version":"2012-10-17"}' })).statusCode,
    200,
  );
});

test("for another account it takes a role, for oneself none", async (t) => {
  const iam = await startForTest(t);
  const other = iam.addServiceAccount();
  const token = iam.issueToken(iam.serviceAccountId);
  iam.setRoles(iam.serviceAccountId, []);
  assert.equal((await create(iam, {}, token)).statusCode, 200);
  assert.equal((await create(iam, { subjectId: other }, token)).statusCode, 403);
  iam.setRoles(iam.serviceAccountId, [{ role: "iam.serviceAccounts.ephemeralAccessKeyAdmin", on: other }]);
  assert.equal((await create(iam, { subjectId: other }, token)).statusCode, 200);
});
