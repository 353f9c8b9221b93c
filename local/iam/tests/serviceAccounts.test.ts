import assert from "node:assert/strict";
import { test } from "node:test";
import { startForTest, yandex } from "./startForTest.ts";
import type { YandexBody } from "./yandexBody.ts";

const path = "iam/v1/serviceAccounts";

test("a service account is created, listed and deleted with all that is its own", async (t) => {
  const iam = await startForTest(t);
  const api = yandex(iam);
  const { folderId } = iam;

  const created = (await api.post<YandexBody>(path, { json: { folderId, name: "robot" } })).body;
  const id = created.metadata.serviceAccountId;
  assert.deepEqual([created.done, created.response.id, created.response.name], [true, id, "robot"]);
  assert.equal((await api.get<YandexBody>(`${path}/${id}`)).body.name, "robot");
  const listed = (await api.get<YandexBody>(path, { searchParams: { folderId } })).body.serviceAccounts;
  assert.deepEqual(
    listed.map((account: { id: string }) => account.id),
    [iam.serviceAccountId, id],
  );

  const token = iam.issueToken(id);
  await iam.serviceAccountKeyFile(id);
  assert.equal((await api.delete<YandexBody>(`${path}/${id}`)).body.done, true);
  assert.equal((await api.get(`${path}/${id}`)).statusCode, 404);
  assert.equal((await yandex(iam, token).get("iam/v1/keys")).statusCode, 401);
  assert.deepEqual(iam.keys(), []);
});

test("a service account needs a folder, and a name that is well formed and free", async (t) => {
  const iam = await startForTest(t);
  const { folderId } = iam;
  const status = async (json: object) => (await yandex(iam).post(path, { json })).statusCode;
  assert.equal(await status({ name: "robot" }), 400);
  assert.equal(await status({ folderId, name: "Robot" }), 400);
  assert.equal(await status({ folderId, name: "quickstart" }), 409);
  assert.equal((await yandex(iam).get(path)).statusCode, 400);
});
