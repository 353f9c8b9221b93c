import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey } from "node:crypto";
import { test } from "node:test";
import { startForTest, yandex } from "./startForTest.ts";
import type { YandexBody } from "./yandexBody.ts";

test("an authorized key lives its life: create, get, list, update, delete", async (t) => {
  const iam = await startForTest(t);
  const api = yandex(iam);
  const serviceAccountId = iam.serviceAccountId;

  const created = await api.post<YandexBody>("iam/v1/keys", {
    json: { serviceAccountId, description: "first" },
  });
  assert.equal(created.statusCode, 200);
  const { key } = created.body;
  assert.match(key.id, /^aje[a-v0-9]{17}$/);
  assert.equal(key.keyAlgorithm, "RSA_2048");
  assert.equal(key.serviceAccountId, serviceAccountId);
  assert.equal("userAccountId" in key, false);
  assert.equal("lastUsedAt" in key, false);

  const got = await api.get<YandexBody>(`iam/v1/keys/${key.id}`, { searchParams: { format: "PEM_FILE" } });
  assert.deepEqual(got.body, key);
  const listed = await api.get<YandexBody>("iam/v1/keys", { searchParams: { serviceAccountId } });
  assert.deepEqual(listed.body, { keys: [key] });

  const updated = await api.patch<YandexBody>(`iam/v1/keys/${key.id}`, {
    json: { updateMask: "description", description: "second" },
  });
  assert.equal(updated.body.done, true);
  assert.equal(updated.body.metadata.keyId, key.id);
  assert.equal(updated.body.response.description, "second");
  assert.equal((await api.get<YandexBody>(`iam/v1/keys/${key.id}`)).body.description, "second");

  const deleted = await api.delete<YandexBody>(`iam/v1/keys/${key.id}`);
  assert.equal(deleted.body.done, true);
  assert.equal((await api.get<YandexBody>(`iam/v1/keys/${key.id}`)).statusCode, 404);
  assert.deepEqual(
    (await api.get<YandexBody>("iam/v1/keys", { searchParams: { serviceAccountId } })).body,
    {},
  );
  assert.deepEqual(iam.keys(), []);
});

test("the private key is PKCS#8 after the line of the service, and belongs to the public key", async (t) => {
  const iam = await startForTest(t);
  const { body } = await yandex(iam).post<YandexBody>("iam/v1/keys", {
    json: { serviceAccountId: iam.serviceAccountId, format: "PEM_FILE", keyAlgorithm: "RSA_4096" },
  });
  const [line, ...pem] = body.privateKey.split("\n");
  assert.equal(line, `PLEASE DO NOT REMOVE THIS LINE! Yandex.Cloud SA Key ID <${body.key.id}>`);
  const privateKey = createPrivateKey(pem.join("\n"));
  assert.equal(privateKey.asymmetricKeyDetails?.modulusLength, 4096);
  const publicKey = createPublicKey(privateKey).export({ type: "spki", format: "pem" });
  assert.equal(publicKey, body.key.publicKey);
});

test("two keys are never the same", async (t) => {
  const iam = await startForTest(t);
  const create = () =>
    yandex(iam).post<YandexBody>("iam/v1/keys", { json: { serviceAccountId: iam.serviceAccountId } });
  const [one, other] = await Promise.all([create(), create()]);
  assert.notEqual(one.body.key.publicKey, other.body.key.publicKey);
  assert.notEqual(one.body.key.id, other.body.key.id);
});

test("without serviceAccountId the key is the caller's own", async (t) => {
  const iam = await startForTest(t);
  const asAccount = yandex(iam, iam.issueToken(iam.serviceAccountId));
  const ofAccount = await asAccount.post<YandexBody>("iam/v1/keys", { json: {} });
  assert.equal(ofAccount.body.key.serviceAccountId, iam.serviceAccountId);
  const ofUser = await yandex(iam).post<YandexBody>("iam/v1/keys", { json: {} });
  assert.match(ofUser.body.key.userAccountId, /^aje/);
  assert.equal("serviceAccountId" in ofUser.body.key, false);
  const listed = await asAccount.get<YandexBody>("iam/v1/keys");
  assert.deepEqual(
    listed.body.keys.map(({ id }: { id: string }) => id),
    [ofAccount.body.key.id],
  );
});
