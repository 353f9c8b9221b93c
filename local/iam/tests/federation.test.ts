import assert from "node:assert/strict";
import { test } from "node:test";
import { createRemoteJWKSet, decodeProtectedHeader, generateKeyPair, jwtVerify, SignJWT } from "jose";
import type { LocalIam, OidcClaims } from "../index.ts";
import { manualClock, startForTest, yandex } from "./startForTest.ts";
import type { YandexBody } from "./yandexBody.ts";

const claims = { subject: "repo:acme/site:ref:refs/heads/main", audience: "https://github.com/acme" };

async function exchange(iam: LocalIam, changes: Record<string, string>) {
  const response = await fetch(`${iam.url}/oauth/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      requested_token_type: "urn:ietf:params:oauth:token-type:access_token",
      audience: iam.serviceAccountId,
      subject_token_type: "urn:ietf:params:oauth:token-type:id_token",
      ...changes,
    }),
  });
  const body = (await response.json()) as Record<string, unknown>;
  return { status: response.status, error: body.error, body };
}

function federated(iam: LocalIam): void {
  iam.addFederatedCredential({ serviceAccountId: iam.serviceAccountId, ...claims });
}

test("a token of a federated subject is exchanged for one that acts as the service account", async (t) => {
  const clock = manualClock();
  const iam = await startForTest(t, { now: clock.now });
  federated(iam);
  const subject_token = await iam.oidcToken(claims);
  const { status, body } = await exchange(iam, { subject_token });
  assert.equal(status, 200);
  const { access_token, ...rest } = body;
  assert.deepEqual(rest, { token_type: "Bearer", expires_in: 43200 });
  const account = () =>
    yandex(iam, String(access_token)).get<YandexBody>(`iam/v1/serviceAccounts/${iam.serviceAccountId}`);
  assert.equal((await account()).body.id, iam.serviceAccountId);
  assert.ok(iam.secrets().includes(String(access_token)));
  assert.deepEqual(
    iam.requests.map(({ operation }) => operation),
    ["oauth:ExchangeToken", "ServiceAccount.get"],
  );
  clock.advance(43200_000);
  assert.equal((await account()).statusCode, 401);
});

test("the issuer's keys are found by discovery, and verify its tokens", async (t) => {
  const iam = await startForTest(t);
  const configuration = await fetch(`${iam.url}/.well-known/openid-configuration`);
  const { issuer, jwks_uri } = (await configuration.json()) as { issuer: string; jwks_uri: string };
  assert.equal(issuer, iam.url);
  const keys = createRemoteJWKSet(new URL(jwks_uri));
  const { payload } = await jwtVerify(await iam.oidcToken(claims), keys, {
    issuer,
    audience: claims.audience,
    subject: claims.subject,
  });
  assert.equal((payload.exp ?? 0) - (payload.iat ?? 0), 3600);
});

const others: Record<string, Partial<OidcClaims>> = {
  "another subject": { subject: `${claims.subject}x` },
  "another audience": { audience: "https://github.com/other" },
  "another issuer": { issuer: "https://token.actions.githubusercontent.com" },
  "an end in the past": { ttlMs: -1000 },
};

for (const [what, changes] of Object.entries(others)) {
  test(`a token with ${what} is refused`, async (t) => {
    const iam = await startForTest(t);
    federated(iam);
    const subject_token = await iam.oidcToken({ ...claims, ...changes });
    const { status, error } = await exchange(iam, { subject_token });
    assert.deepEqual([status, error], [400, "invalid_request"]);
    assert.deepEqual(iam.keys(), []);
  });
}

test("a token that another has signed is refused", async (t) => {
  const iam = await startForTest(t);
  federated(iam);
  const { kid } = decodeProtectedHeader(await iam.oidcToken(claims));
  const { privateKey } = await generateKeyPair("RS256");
  const subject_token = await new SignJWT({ iss: iam.url, sub: claims.subject, aud: claims.audience })
    .setProtectedHeader({ alg: "RS256", kid: kid ?? "" })
    .setExpirationTime("1h")
    .sign(privateKey);
  assert.equal((await exchange(iam, { subject_token })).error, "invalid_request");
  assert.equal((await exchange(iam, { subject_token: "no.jwt" })).error, "invalid_request");
});

test("a credential may be of another issuer, and is for one service account", async (t) => {
  const iam = await startForTest(t);
  const issuer = "https://gitlab.example";
  const other = iam.addServiceAccount();
  iam.addFederatedCredential({ serviceAccountId: other, issuer, ...claims });
  const subject_token = await iam.oidcToken({ ...claims, issuer });
  assert.equal((await exchange(iam, { subject_token, audience: other })).status, 200);
  assert.equal((await exchange(iam, { subject_token })).error, "invalid_target");
  iam.remove(other);
  assert.equal((await exchange(iam, { subject_token, audience: other })).error, "invalid_target");
  assert.throws(
    () => iam.addFederatedCredential({ serviceAccountId: other, ...claims }),
    /no service account/,
  );
});

test("a form that asks for something else is refused in the words of OAuth", async (t) => {
  const iam = await startForTest(t);
  federated(iam);
  const subject_token = await iam.oidcToken(claims);
  const error = async (changes: Record<string, string>) =>
    (await exchange(iam, { subject_token, ...changes })).error;
  assert.equal(await error({ grant_type: "client_credentials" }), "unsupported_grant_type");
  assert.equal(
    await error({ requested_token_type: "urn:ietf:params:oauth:token-type:jwt" }),
    "invalid_request",
  );
  assert.equal(
    await error({ subject_token_type: "urn:ietf:params:oauth:token-type:jwt" }),
    "invalid_request",
  );
  assert.equal(await error({ subject_token: "" }), "invalid_request");
  assert.equal((await exchange(iam, { subject_token, audience: "" })).error, "invalid_request");

  iam.fail({ operation: "oauth:ExchangeToken", fault: { status: 503, message: "not now" } });
  const { status, body } = await exchange(iam, { subject_token });
  assert.deepEqual([status, body], [503, { error: "temporarily_unavailable", error_description: "not now" }]);
  iam.fail({ operation: "oauth:ExchangeToken", fault: { omit: "access_token" } });
  assert.equal((await exchange(iam, { subject_token })).body.access_token, undefined);
});

test("another process federates a subject and gets its tokens over HTTP", async (t) => {
  const iam = await startForTest(t);
  const post = (path: string, json: object) =>
    yandex(iam).post<{ token: string }>(`_local/${path}`, { json });
  const added = await post("federatedCredentials", { serviceAccountId: iam.serviceAccountId, ...claims });
  assert.equal(added.statusCode, 200);
  const { token } = (await post("oidcTokens", claims)).body;
  assert.equal((await exchange(iam, { subject_token: token })).status, 200);
  assert.equal((await post("federatedCredentials", { serviceAccountId: "aje0", ...claims })).statusCode, 400);
});
