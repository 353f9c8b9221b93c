import assert from "node:assert/strict";
import { test } from "node:test";
import type { LocalIam } from "../index.ts";
import { type SigningOptions, sendSigned } from "./signedRequest.ts";
import { manualClock, startForTest, yandex } from "./startForTest.ts";
import type { YandexBody } from "./yandexBody.ts";

async function newKey(iam: LocalIam) {
  const { body } = await yandex(iam).post<YandexBody>("iam/aws-compatibility/v1/accessKeys", {
    json: { serviceAccountId: iam.serviceAccountId },
  });
  return { id: body.accessKey.id, accessKeyId: body.accessKey.keyId, secretAccessKey: body.secret };
}

async function request(iam: LocalIam, path: string, options: Omit<SigningOptions, "service">) {
  const { status, body } = await sendSigned(`${iam.url}${path}`, { ...options, service: "s3" });
  return { status, code: /^<Error><Code>(\w+)</.exec(body)?.[1], body };
}

test("a static access key may list buckets, of which there are none, and sees into none", async (t) => {
  const iam = await startForTest(t);
  const key = await newKey(iam);
  const buckets = await request(iam, "/", key);
  assert.equal(buckets.status, 200);
  assert.match(buckets.body, /^<ListAllMyBucketsResult .*<Buckets><\/Buckets>/);
  assert.ok(iam.keys()[0]?.lastUsedAt);

  const objects = await request(iam, "/some-bucket?list-type=2&max-keys=1", key);
  assert.deepEqual([objects.status, objects.code], [403, "AccessDenied"]);
  assert.deepEqual(
    iam.requests.map(({ operation }) => operation),
    ["AccessKey.create", "s3:ListBuckets", "s3:ListObjects"],
  );
});

test("a wrong secret, an unknown key and an old request are refused, and are no use of the key", async (t) => {
  const iam = await startForTest(t);
  const key = await newKey(iam);
  const refusal = async (change: Partial<SigningOptions>) => {
    const { status, code } = await request(iam, "/", { ...key, ...change });
    return [status, code];
  };
  assert.deepEqual(await refusal({ secretAccessKey: "YCx" }), [403, "SignatureDoesNotMatch"]);
  assert.deepEqual(await refusal({ accessKeyId: "YCAJEx" }), [403, "InvalidAccessKeyId"]);
  assert.deepEqual(await refusal({ accessKeyId: key.id }), [403, "InvalidAccessKeyId"]);
  assert.deepEqual(await refusal({ date: new Date(0) }), [403, "RequestTimeTooSkewed"]);
  assert.equal(iam.keys()[0]?.lastUsedAt, undefined);
});

test("a key that is not propagated yet, or deleted, is unknown", async (t) => {
  const clock = manualClock();
  const iam = await startForTest(t, { now: clock.now, propagationMs: 2000 });
  const key = await newKey(iam);
  const status = async () => (await request(iam, "/", { ...key, date: clock.now() })).code;
  assert.equal(await status(), "InvalidAccessKeyId");
  clock.advance(2000);
  assert.equal(await status(), undefined);
  await yandex(iam).delete(`iam/aws-compatibility/v1/accessKeys/${key.id}`);
  assert.equal(await status(), "InvalidAccessKeyId");
});

test("a payload may be left unsigned", async (t) => {
  const iam = await startForTest(t);
  const key = await newKey(iam);
  const { status } = await request(iam, "/", {
    ...key,
    signed: { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" },
  });
  assert.equal(status, 200);
});
