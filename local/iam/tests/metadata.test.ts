import assert from "node:assert/strict";
import { test } from "node:test";
import type { LocalIam } from "../index.ts";
import { startForTest, yandex } from "./startForTest.ts";
import type { YandexBody } from "./yandexBody.ts";

const path = "/computeMetadata/v1/instance/service-accounts/default/token";

const ask = (iam: LocalIam, headers: Record<string, string> = { "metadata-flavor": "Google" }) =>
  fetch(`${iam.url}${path}`, { headers });

test("the metadata service gives a token of the machine's service account", async (t) => {
  const iam = await startForTest(t);
  const response = await ask(iam);
  const { access_token, ...rest } = (await response.json()) as { access_token: string };
  assert.deepEqual(rest, { expires_in: 43200, token_type: "Bearer" });
  const own = await yandex(iam, access_token).post<YandexBody>("iam/aws-compatibility/v1/accessKeys", {
    json: {},
  });
  assert.equal(own.body.accessKey.serviceAccountId, iam.serviceAccountId);
  assert.equal(iam.requests[0]?.operation, "metadata:Token");
});

test("it answers nobody who does not say Metadata-Flavor: Google", async (t) => {
  const iam = await startForTest(t);
  assert.equal((await ask(iam, {})).status, 403);
  assert.equal((await ask(iam, { "metadata-flavor": "Amazon" })).status, 403);
  assert.deepEqual(iam.keys(), []);
});

test("it has nothing else, and nothing for a machine without a service account", async (t) => {
  const iam = await startForTest(t);
  const headers = { "metadata-flavor": "Google" };
  assert.equal((await fetch(`${iam.url}/computeMetadata/v1/instance/id`, { headers })).status, 404);
  assert.equal((await fetch(`${iam.url}${path}`, { headers, method: "POST" })).status, 404);
  iam.fail({ operation: "metadata:Token", fault: { status: 503 } });
  assert.equal((await ask(iam)).status, 503);
  iam.remove(iam.serviceAccountId);
  assert.equal((await ask(iam)).status, 404);
});
