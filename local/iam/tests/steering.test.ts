import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import got from "got";
import { awsAccepts } from "../../../tests/support/signedRequests.ts";
import { startLocalIam } from "../index.ts";
import { awsKeyOf, startForTest, yandex } from "./startForTest.ts";
import type { YandexBody } from "./yandexBody.ts";

test("things change and go behind every program's back", async (t) => {
  const iam = await startForTest(t);
  const { id } = await iam.serviceAccountKeyFile(iam.serviceAccountId);
  const { accessKeyId } = await awsKeyOf(t, iam, iam.userName);

  iam.patch(id, { description: "changed by hand" });
  assert.equal((await yandex(iam).get<YandexBody>(`iam/v1/keys/${id}`)).body.description, "changed by hand");
  iam.patch(accessKeyId, { status: "Inactive" });
  assert.equal(iam.keys().find((key) => key.id === accessKeyId)?.status, "Inactive");
  assert.throws(() => iam.patch("aje0", { description: "x" }));
  assert.throws(() => iam.patch(accessKeyId, { description: "an AWS key has none" }));

  iam.remove(id);
  assert.equal((await yandex(iam).get(`iam/v1/keys/${id}`)).statusCode, 404);
  iam.remove(iam.userName);
  assert.deepEqual(iam.keys(), [], "a user's keys go with the user");
  assert.throws(() => iam.remove(id));
});

test("a token can be removed, and a service account with all its own", async (t) => {
  const iam = await startForTest(t);
  const account = iam.addServiceAccount("temporary");
  const token = iam.issueToken(account);
  const status = async () => (await yandex(iam, token).get("iam/v1/keys")).statusCode;
  assert.equal(await status(), 200);
  iam.remove(iam.keys()[0]?.id ?? "");
  assert.equal(await status(), 401);
  await iam.serviceAccountKeyFile(account);
  iam.remove(account);
  assert.deepEqual(iam.keys(), []);
  assert.throws(() => iam.issueToken(account));
});

test("another server can begin with what one holds, and goes on from there", async (t) => {
  const first = await startForTest(t);
  const account = first.addServiceAccount("moved");
  const keyFile = await first.serviceAccountKeyFile(account);
  const user = first.addUser("moved");
  const awsKey = await awsKeyOf(t, first, user);
  const token = first.issueToken(account);
  const iam = await startForTest(t, { contents: first.contents() });
  assert.deepEqual(iam.keys(), first.keys());
  assert.equal((await yandex(iam, token).get("iam/v1/keys")).statusCode, 200);
  assert.ok(await awsAccepts(iam.url, awsKey));
  const { body } = await yandex(iam).post<YandexBody>("iam/v1/keys", { json: { serviceAccountId: account } });
  const { body: list } = await yandex(iam).get<YandexBody>(`iam/v1/keys?serviceAccountId=${account}`);
  assert.deepEqual(
    list.keys.map(({ id }) => id),
    [keyFile.id, body.key.id],
  );
});

test("requests are logged with what identifies them, and without queries", async (t) => {
  const iam = await startForTest(t);
  const idempotencyKey = randomUUID();
  const clientRequestId = randomUUID();
  await yandex(iam).get("iam/v1/keys?pageSize=1", {
    headers: {
      "idempotency-key": idempotencyKey,
      "x-client-request-id": clientRequestId,
      "user-agent": "a test",
    },
  });
  await yandex(iam, "t1.wrong").post("iam/v1/elsewhere", { headers: { "user-agent": undefined } });
  const [first, second, ...rest] = iam.requests;
  const { at, ...said } = first ?? assert.fail("nothing logged");
  assert.deepEqual(said, {
    method: "GET",
    path: "/iam/v1/keys",
    operation: "Key.list",
    status: 200,
    idempotencyKey,
    clientRequestId,
    userAgent: "a test",
  });
  assert.ok(Math.abs(Date.parse(at) - Date.now()) < 60_000);
  assert.deepEqual([second?.operation, second?.status], ["unknown", 404]);
  assert.deepEqual(rest, []);
});

test("every secret handed out is known to secrets(), and none shows in the log or the snapshot", async (t) => {
  const iam = await startForTest(t);
  const file = await iam.serviceAccountKeyFile(iam.serviceAccountId);
  const aws = await awsKeyOf(t, iam, iam.userName);
  const token = iam.issueToken(iam.serviceAccountId);
  const secrets = iam.secrets();
  const { YC_TOKEN, AWS_SECRET_ACCESS_KEY } = iam.environment;
  for (const secret of [YC_TOKEN, AWS_SECRET_ACCESS_KEY, aws.secretAccessKey, token]) {
    assert.ok(secrets.includes(secret));
  }
  assert.ok(secrets.some((secret) => file.private_key.includes(secret)));
  const shown = JSON.stringify([iam.keys(), iam.requests]);
  for (const secret of secrets) assert.ok(!shown.includes(secret) && !shown.includes(JSON.stringify(secret)));
});

test("another process can look and inject over HTTP", async (t) => {
  const iam = await startForTest(t);
  const local = got.extend({
    prefixUrl: `${iam.url}/_local`,
    responseType: "json",
    throwHttpErrors: false,
    retry: { limit: 0 },
  });
  const { id } = await local.post("serviceAccounts", { json: { name: "robot" } }).json<{ id: string }>();
  const { userName } = await local.post("users", { json: { name: "robot" } }).json<{ userName: string }>();
  await iam.serviceAccountKeyFile(id);
  await awsKeyOf(t, iam, userName);
  assert.deepEqual((await local.get("keys")).body, iam.keys());

  await local.post("faults", { json: { operation: "Key.list", fault: { status: 503 } } });
  assert.equal((await yandex(iam).get("iam/v1/keys")).statusCode, 503);
  await local.post("faults", { json: { operation: "Key.list", fault: { status: 503 } } });
  await local.delete("faults");
  assert.equal((await yandex(iam).get("iam/v1/keys")).statusCode, 200);
  assert.deepEqual((await local.get("requests")).body, iam.requests);
  const { callerId, callerUserName, folderId, serviceAccountId } = iam;
  assert.deepEqual((await local.get("identities")).body, {
    folderId,
    callerId,
    callerUserName,
    serviceAccountId,
    userName: iam.userName,
  });
  assert.deepEqual((await local.get("requestCounts")).body, { "aws:CreateAccessKey": 1, "Key.list": 2 });

  assert.equal((await local.post("faults", { json: { operation: "Key.list" } })).statusCode, 400);
  assert.equal((await local.post("users", { json: { name: "robot" } })).statusCode, 400);
  assert.equal((await local.get("nothing")).statusCode, 404);
});

test("another process can await a held request, release it, and have connections refused for a while", async (t) => {
  const iam = await startForTest(t);
  const local = got.extend({ prefixUrl: `${iam.url}/_local`, throwHttpErrors: false, retry: { limit: 0 } });
  const post = async (path: string, json: object) => (await local.post(path, { json })).statusCode;

  const holding = local.get("held").json<{ id: string; operation: string; pause: string }>();
  await post("faults", { operation: "Key.list", fault: { pause: "before" } });
  const answer = yandex(iam).get("iam/v1/keys");
  const { id, ...held } = await holding;
  assert.deepEqual(held, { operation: "Key.list", pause: "before" });
  assert.equal(await post("release", { id }), 200);
  assert.equal((await answer).statusCode, 200);
  assert.equal(await post("release", { id }), 400, "it is held no more");

  assert.equal(await post("refusal", { forMs: 300 }), 200);
  await assert.rejects(fetch(iam.url, { headers: { connection: "close" } }));
  let status = 0;
  while (status === 0)
    status = await post("faults", { operation: "*", fault: { status: 503 } }).catch(() => 0);
  assert.equal(status, 200);
});

test("latencyMs holds every answer up, and close does not wait for them", async (t) => {
  const quick = await startForTest(t, { latencyMs: 120 });
  const started = performance.now();
  await yandex(quick).get("iam/v1/keys");
  assert.ok(performance.now() - started >= 115);

  const slow = await startLocalIam({ latencyMs: 60_000 });
  const pending = assert.rejects(yandex(slow).get("iam/v1/keys"));
  while (slow.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await slow.close();
  await pending;
});

test("a port that is taken is an error", async (t) => {
  const { url } = await startForTest(t);
  await assert.rejects(startLocalIam({ port: Number(new URL(url).port) }), { code: "EADDRINUSE" });
});

test("a body beyond all measure is cut off", async (t) => {
  const iam = await startForTest(t);
  await assert.rejects(yandex(iam).post("iam/v1/keys", { body: "x".repeat(3 * 1024 * 1024) }));
  assert.deepEqual(iam.requests, []);
});

test("what comes too fast is refused, as each cloud does it, until a second's worth is free again", async (t) => {
  let time = Date.now();
  const iam = await startForTest(t, { now: () => new Date(time) });
  iam.limitRate(2);
  const status = async () => (await yandex(iam).get("iam/v1/keys")).statusCode;
  assert.deepEqual([await status(), await status(), await status()], [200, 200, 429]);
  time += 500;
  assert.deepEqual([await status(), await status()], [200, 429]);
  assert.equal(iam.requests.filter((request) => request.status === 429).length, 2);
  iam.limitRate();
  assert.equal(await status(), 200);

  iam.limitRate(0.5);
  const answer = await got.post(iam.url, { form: { Action: "ListUsers" }, throwHttpErrors: false });
  assert.equal(answer.statusCode, 400);
  assert.match(answer.body, /<Code>Throttling<\/Code>/);
});
