import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32c } from "../identifiers.ts";
import { startForTest, yandex } from "./startForTest.ts";
import type { YandexBody } from "./yandexBody.ts";

const path = "iam/aws-compatibility/v1/accessKeys";

test("a static access key lives its life: create, get, list, update, delete", async (t) => {
  const iam = await startForTest(t);
  const api = yandex(iam);
  const serviceAccountId = iam.serviceAccountId;

  const created = await api.post<YandexBody>(path, { json: { serviceAccountId } });
  const { accessKey, secret } = created.body;
  assert.deepEqual(Object.keys(created.body), ["accessKey", "secret"]);
  assert.deepEqual(Object.keys(accessKey), ["id", "serviceAccountId", "createdAt", "keyId"]);
  assert.match(secret, /^YC[\w-]{38}$/);
  assert.ok(iam.secrets().includes(secret));

  assert.deepEqual((await api.get<YandexBody>(`${path}/${accessKey.id}`)).body, accessKey);
  assert.deepEqual((await api.get<YandexBody>(path, { searchParams: { serviceAccountId } })).body, {
    accessKeys: [accessKey],
  });
  assert.equal(
    (await api.get<YandexBody>(`${path}/${accessKey.keyId}`)).statusCode,
    404,
    "keyId is not the id",
  );

  const updated = await api.patch<YandexBody>(`${path}/${accessKey.id}`, {
    json: { description: "no mask: all" },
  });
  assert.deepEqual(updated.body.response.description, "no mask: all");
  const masked = await api.patch<YandexBody>(`${path}/${accessKey.id}`, {
    json: { updateMask: "description" },
  });
  assert.equal("description" in masked.body.response, false, "masked but absent: back to the default");

  const deleted = await api.delete<YandexBody>(`${path}/${accessKey.id}`);
  assert.equal(deleted.body.metadata.accessKeyId, accessKey.id);
  const again = await api.delete<YandexBody>(`${path}/${accessKey.id}`);
  assert.deepEqual([again.statusCode, again.body.code], [404, 5]);
});

test("without serviceAccountId a static access key needs a service account for a caller", async (t) => {
  const iam = await startForTest(t);
  const own = await yandex(iam, iam.issueToken(iam.serviceAccountId)).post<YandexBody>(path, { json: {} });
  assert.equal(own.body.accessKey.serviceAccountId, iam.serviceAccountId);
  const refused = await yandex(iam).post<YandexBody>(path, { json: {} });
  assert.equal(refused.statusCode, 400);
});

test("the snapshot of the server shows the key and not its secret", async (t) => {
  const iam = await startForTest(t);
  const { body } = await yandex(iam).post<YandexBody>(path, {
    json: { serviceAccountId: iam.serviceAccountId, description: "shown" },
  });
  const { id, keyId } = body.accessKey;
  const [{ createdAt, ...shown } = assert.fail("nothing listed")] = iam.keys();
  assert.deepEqual(shown, {
    kind: "yandex:StaticAccessKey",
    id,
    keyId,
    owner: iam.serviceAccountId,
    description: "shown",
  });
  assert.ok(!Number.isNaN(Date.parse(createdAt)));
});

test("the secret is as the cloud makes them: 40 characters, with the CRC32-C of what is before it", async (t) => {
  const iam = await startForTest(t);
  for (let round = 0; round < 20; round++) {
    const { body } = await yandex(iam).post<{ secret: string }>(path, {
      json: { serviceAccountId: iam.serviceAccountId },
    });
    assert.match(body.secret, /^YC[\w-]{38}$/);
    const bytes = Buffer.from(body.secret, "base64url");
    assert.equal(bytes.readUInt32BE(26), crc32c(bytes.subarray(0, 26)));
  }
  // https://reveng.sourceforge.io/crc-catalogue/17plus.htm#crc.cat.crc-32-iscsi
  assert.equal(crc32c(Buffer.from("123456789")), 0xe3069283);
});
