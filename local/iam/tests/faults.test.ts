import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { CreateAccessKeyCommand } from "@aws-sdk/client-iam";
import { RequestError } from "got";
import type { Fault, LocalIam } from "../index.ts";
import { sendSigned } from "./signedRequest.ts";
import { aws, startForTest, yandex } from "./startForTest.ts";
import type { YandexBody } from "./yandexBody.ts";

const path = "iam/aws-compatibility/v1/accessKeys";

function create(iam: LocalIam, idempotencyKey = randomUUID()) {
  return yandex(iam).post<YandexBody>(path, {
    json: { serviceAccountId: iam.serviceAccountId },
    headers: { "idempotency-key": idempotencyKey },
  });
}

function failCreate(iam: LocalIam, fault: Fault): void {
  iam.fail({ operation: "AccessKey.create", fault });
}

test("an error before the work leaves nothing behind", async (t) => {
  const iam = await startForTest(t);
  failCreate(iam, { status: 429, retryAfter: "7", message: "slow down", when: "before" });
  const { statusCode, headers, body } = await create(iam);
  assert.deepEqual([statusCode, headers["retry-after"]], [429, "7"]);
  assert.deepEqual(body, { code: 8, message: "slow down", details: [] });
  assert.ok(headers["x-request-id"]);
  assert.deepEqual(iam.keys(), []);
  assert.equal((await create(iam)).statusCode, 200, "the fault happens once");
});

test("a fault may carry a code of its own", async (t) => {
  const iam = await startForTest(t);
  failCreate(iam, { status: 403, code: 7 });
  assert.equal((await create(iam)).body.code, 7);
  failCreate(iam, { status: 400, code: 9 });
  assert.equal((await create(iam)).body.code, 9);
});

test("an error after the work: a repetition with the same Idempotency-Key finds it done", async (t) => {
  const iam = await startForTest(t);
  failCreate(iam, { status: 503, when: "after" });
  const key = randomUUID();
  assert.equal((await create(iam, key)).statusCode, 503);
  const [made] = iam.keys();
  const again = await create(iam, key);
  assert.equal(again.body.accessKey.id, made?.id);
  assert.match(again.body.secret, /^YC/);
  assert.equal(iam.keys().length, 1);
});

for (const drop of ["before", "after", "midBody"] as const) {
  test(`a connection is cut (${drop})`, async (t) => {
    const iam = await startForTest(t);
    failCreate(iam, { drop });
    const key = randomUUID();
    await assert.rejects(create(iam, key), RequestError);
    assert.equal(iam.keys().length, drop === "before" ? 0 : 1);
    assert.equal(iam.requests[0]?.status, drop === "midBody" ? 200 : 0);
    assert.equal((await create(iam, key)).statusCode, 200);
    assert.equal(iam.keys().length, 1);
  });
}

test("a caller who does not wait leaves behind what is done later", async (t) => {
  const iam = await startForTest(t);
  failCreate(iam, { delayMs: 200, when: "after" });
  const impatient = yandex(iam).post(path, {
    json: { serviceAccountId: iam.serviceAccountId },
    timeout: { request: 100 },
  });
  await assert.rejects(impatient, { code: "ETIMEDOUT" });
  assert.equal(iam.keys().length, 1);
});

test("a delay holds the answer up", async (t) => {
  const iam = await startForTest(t);
  failCreate(iam, { delayMs: 150 });
  const started = performance.now();
  assert.equal((await create(iam)).statusCode, 200);
  assert.ok(performance.now() - started >= 145);
});

test("an answer may be text that is not what was promised", async (t) => {
  const iam = await startForTest(t);
  failCreate(iam, { body: '{"accessKey":{}}' });
  assert.deepEqual((await create(iam)).body, { accessKey: {} });
  assert.equal(iam.keys().length, 1);
  failCreate(iam, { body: "<html>", when: "before" });
  await assert.rejects(create(iam), { code: "ERR_BODY_PARSE_FAILURE" });
  assert.equal(iam.keys().length, 1);
});

test("a secret may be missing from the answer to what was carried out", async (t) => {
  const iam = await startForTest(t);
  const { serviceAccountId } = iam;
  failCreate(iam, { omit: "secret" });
  assert.deepEqual(Object.keys((await create(iam)).body), ["accessKey"]);
  iam.fail({ operation: "Key.create", fault: { omit: "privateKey" } });
  const key = await yandex(iam).post<YandexBody>("iam/v1/keys", { json: { serviceAccountId } });
  assert.deepEqual(Object.keys(key.body), ["key"]);
  iam.fail({ operation: "IamToken.createForServiceAccount", fault: { omit: "iamToken" } });
  const token = await yandex(iam).post<YandexBody>("iam/v1/tokens:createForServiceAccount", {
    json: { serviceAccountId },
  });
  assert.deepEqual(Object.keys(token.body), ["expiresAt"]);
  iam.fail({ operation: "aws:CreateAccessKey", fault: { omit: "secret" } });
  const { AccessKey } = await aws(t, iam).send(new CreateAccessKeyCommand({ UserName: iam.userName }));
  assert.ok(AccessKey?.AccessKeyId);
  assert.equal(AccessKey.SecretAccessKey, undefined);
  assert.equal(iam.keys().length, 4);
});

test("a field may be missing from the answer, or be of another type", async (t) => {
  const iam = await startForTest(t);
  failCreate(iam, { omit: "accessKey.keyId" });
  const { body } = await create(iam);
  assert.deepEqual(Object.keys(body.accessKey), ["id", "serviceAccountId", "createdAt"]);
  failCreate(iam, { replace: "accessKey", with: [7] });
  assert.deepEqual((await create(iam)).body.accessKey, [7]);
  failCreate(iam, { replace: "nothing.of.that.name", with: null });
  const whole = await create(iam);
  assert.deepEqual(Object.keys(whole.body), ["accessKey", "secret"]);
  iam.fail({ operation: "AccessKey.list", fault: { replace: "accessKeys.1.id", with: null } });
  const { body: list } = await yandex(iam).get<YandexBody>(path, {
    searchParams: { serviceAccountId: iam.serviceAccountId },
  });
  assert.deepEqual(
    list.accessKeys.map(({ id }) => id === null),
    [false, true, false],
  );

  const command = new CreateAccessKeyCommand({ UserName: iam.userName });
  iam.fail({ operation: "aws:CreateAccessKey", fault: { omit: "AccessKey.AccessKeyId" } });
  const { AccessKey } = await aws(t, iam).send(command);
  assert.equal(AccessKey?.AccessKeyId, undefined);
  assert.ok(AccessKey?.SecretAccessKey);
  iam.fail({ operation: "aws:CreateAccessKey", fault: { replace: "CreateDate", with: "some day" } });
  await assert.rejects(aws(t, iam).send(command), TypeError);
});

test("an operation may never end, or end with an error, and then changes nothing", async (t) => {
  const iam = await startForTest(t);
  const { id } = await iam.serviceAccountKeyFile(iam.serviceAccountId);
  const remove = async () => (await yandex(iam).delete<YandexBody>(`iam/v1/keys/${id}`)).body;

  iam.fail({ operation: "Key.delete", fault: { operation: "neverDone" } });
  const endless = await remove();
  assert.equal(endless.done, undefined);
  assert.equal((await yandex(iam).get<YandexBody>(`operations/${endless.id}`)).body.done, undefined);

  const error = { code: 9, message: "the key is in use" };
  iam.fail({ operation: "Key.delete", fault: { operation: { error } } });
  const failed = await remove();
  assert.deepEqual([failed.done, failed.error], [true, error]);
  assert.equal(iam.keys().length, 1);
  assert.equal((await remove()).error, undefined);
  assert.deepEqual(iam.keys(), []);
});

test("an operation's work may be done although it never ends, or ends with an error", async (t) => {
  const iam = await startForTest(t);
  const fault = { operation: "neverDone", when: "after" } as const;
  const error = { code: 13, message: "lost on the way" };
  for (const spoiled of [fault, { operation: { error }, when: "after" }] as const) {
    const { id } = await iam.serviceAccountKeyFile(iam.serviceAccountId);
    iam.fail({ operation: "Key.delete", fault: spoiled });
    const { body } = await yandex(iam).delete<YandexBody>(`iam/v1/keys/${id}`);
    assert.deepEqual([body.done, body.error], spoiled === fault ? [undefined, undefined] : [true, error]);
    assert.deepEqual(iam.keys(), []);
  }
});

test("a request is held until it is released", async (t) => {
  const iam = await startForTest(t);
  for (const pause of ["before", "after"] as const) {
    failCreate(iam, { pause });
    const made = iam.keys().length;
    const answer = create(iam);
    const held = await iam.held();
    assert.deepEqual([held.operation, held.pause], ["AccessKey.create", pause]);
    assert.equal(iam.keys().length, pause === "before" ? made : made + 1);
    held.release();
    assert.equal(await held.ended, "released");
    assert.equal((await answer).statusCode, 200);
    assert.equal(iam.keys().length, made + 1);
  }
});

test("a request is held until its caller is gone, and is then carried out only if it was already", async (t) => {
  const iam = await startForTest(t);
  for (const pause of ["before", "after"] as const) {
    failCreate(iam, { pause });
    const leaving = new AbortController();
    const answer = fetch(`${iam.url}/${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${iam.environment.YC_TOKEN}` },
      body: JSON.stringify({ serviceAccountId: iam.serviceAccountId }),
      signal: leaving.signal,
    });
    const held = await iam.held();
    leaving.abort();
    await assert.rejects(answer, { name: "AbortError" });
    assert.equal(await held.ended, "gone");
    assert.equal(iam.keys().length, pause === "before" ? 0 : 1);
  }
});

test("connections are refused, and taken again at the same address", async (t) => {
  const iam = await startForTest(t);
  iam.refuseConnections();
  await assert.rejects(create(iam), { code: "ECONNREFUSED" });
  await iam.acceptConnections();
  await iam.acceptConnections();
  assert.equal((await create(iam)).statusCode, 200);
  iam.refuseConnections();
  await assert.rejects(create(iam), RequestError, "a connection that was kept is cut");
  await assert.rejects(create(iam), { code: "ECONNREFUSED" });
  assert.equal(iam.keys().length, 1);
});

test("a server that refuses connections can be closed", async (t) => {
  const iam = await startForTest(t);
  iam.refuseConnections();
  await iam.close();
});

test("waiting for a held request ends when the server is closed", async (t) => {
  const iam = await startForTest(t);
  const waiting = assert.rejects(iam.held(), /closed/);
  await iam.close();
  await waiting;
});

const codes = { 400: 3, 401: 16, 403: 7, 404: 5, 409: 6, 429: 8, 500: 13, 503: 14, 504: 4 };

for (const when of ["before", "after"] as const) {
  test(`every status can be had ${when} the work, with and without Retry-After`, async (t) => {
    const iam = await startForTest(t);
    for (const [text, code] of Object.entries(codes)) {
      const status = Number(text);
      const made = iam.keys().length;
      failCreate(iam, { status, when });
      failCreate(iam, { status, when: "before", retryAfter: "1" });
      const [plain, later] = [await create(iam), await create(iam)];
      assert.deepEqual([plain.statusCode, plain.body.code], [status, code]);
      assert.deepEqual([plain.headers["retry-after"], later.headers["retry-after"]], [undefined, "1"]);
      assert.equal(iam.keys().length, when === "after" ? made + 1 : made);
    }
  });
}

test("AWS and S3 fail in their own words", async (t) => {
  const iam = await startForTest(t);
  const command = new CreateAccessKeyCommand({ UserName: iam.userName });
  const error = (name: string) => (thrown: unknown) => thrown instanceof Error && thrown.name === name;
  iam.fail({ operation: "aws:CreateAccessKey", fault: { status: 429 } });
  await assert.rejects(aws(t, iam).send(command), error("Throttling"));
  iam.fail({ operation: "aws:CreateAccessKey", fault: { status: 500, when: "after" } });
  await assert.rejects(aws(t, iam).send(command), error("ServiceFailureException"));
  iam.fail({ operation: "aws:CreateAccessKey", fault: { status: 403, code: "ExpiredToken" } });
  await assert.rejects(aws(t, iam).send(command), error("ExpiredToken"));
  assert.equal(iam.keys().length, 1);

  iam.fail({ operation: "s3:ListBuckets", fault: { status: 503 } });
  const { status, body } = await sendSigned(`${iam.url}/`, {
    accessKeyId: "any",
    secretAccessKey: "any",
    service: "s3",
  });
  assert.deepEqual([status, /<Code>(\w+)</.exec(body)?.[1]], [503, "SlowDown"]);
});

test("faults befall what they are for, as often as planned, in the order of planning", async (t) => {
  const iam = await startForTest(t);
  iam.fail({ operation: "AccessKey.create", times: 2, fault: { status: 503 } });
  iam.fail({ operation: "*", fault: { status: 500 } });
  const statuses = [];
  for (let index = 0; index < 4; index += 1) statuses.push((await create(iam)).statusCode);
  assert.deepEqual(statuses, [503, 503, 500, 200]);

  iam.fail({ operation: "Key.create", fault: { status: 503 } });
  assert.equal((await create(iam)).statusCode, 200);
  iam.clearFaults();
  const { statusCode } = await yandex(iam).post("iam/v1/keys", {
    json: { serviceAccountId: iam.serviceAccountId },
  });
  assert.equal(statusCode, 200);
});

test("a fault may let requests pass first", async (t) => {
  const iam = await startForTest(t);
  iam.fail({ operation: "AccessKey.create", skip: 1, fault: { status: 503 } });
  iam.fail({ operation: "*", skip: 2, times: 2, fault: { status: 500 } });
  const statuses = [];
  for (let index = 0; index < 5; index += 1) statuses.push((await create(iam)).statusCode);
  assert.deepEqual(statuses, [200, 503, 500, 500, 200]);
});

test("a fault that makes no sense is refused where it is planned", async (t) => {
  const iam = await startForTest(t);
  const fail = (fault: object) => iam.fail({ operation: "*", fault: fault as Fault });
  assert.throws(() => fail({}));
  assert.throws(() => fail({ status: 200 }));
  assert.throws(() => fail({ drop: "sometimes" }));
  assert.throws(() => fail({ pause: "midBody" }));
  assert.throws(() => fail({ omit: "" }));
  assert.throws(() => fail({ replace: "secret" }));
});
