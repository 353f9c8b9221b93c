import assert from "node:assert/strict";
import { randomUUID, type webcrypto } from "node:crypto";
import { readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { exportSPKI, generateKeyPair, importJWK, type JWTPayload, SignJWT } from "jose";
import { UsedTokens } from "../../cli/escRotator/usedTokens.ts";
import { hashOf, RotatorWorld, SUBJECT, URL_OF_ROTATOR } from "./support/rotatorWorld.ts";

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

test("a token that is not one of Pulumi Cloud for this request is refused, before anything is asked of a cloud", async (t) => {
  const world = await RotatorWorld.start(t);
  const { iam } = world;
  const body = JSON.stringify({ request: world.staticKey, state: null });
  const now = Math.floor(Date.now() / 1000);
  const jwks = (await (await fetch(`${iam.url}/oidc/keys`)).json()) as { keys: [{ kid: string }] };
  const [jwk] = jwks.keys;
  const publicPem = await exportSPKI((await importJWK(jwk, "RS256")) as webcrypto.CryptoKey);
  const claims: JWTPayload = {
    ...{ iss: iam.url, sub: SUBJECT, aud: URL_OF_ROTATOR, iat: now, exp: now + 600 },
    ...{ jti: randomUUID(), org: "acme-corp", body_hash: hashOf(body) },
  };
  const stranger = (await generateKeyPair("RS256")).privateKey;
  const signed = (kid: string) =>
    new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid }).sign(stranger);
  const token = (others: Record<string, unknown>) => world.token(body, others as object);

  const bad: Record<string, [status: number, token: string, reason: RegExp]> = {
    "no JWT": [401, "abc", /not one of Pulumi Cloud/],
    "signed by another key": [401, await signed(jwk.kid), /not signed with a key of/],
    "signed by a key that the issuer does not have": [401, await signed("other"), /not signed with a key of/],
    "alg none": [401, `${base64url({ alg: "none" })}.${base64url(claims)}.`, /RS256/],
    "HS256 with the public key as the secret": [
      401,
      await new SignJWT(claims)
        .setProtectedHeader({ alg: "HS256", kid: jwk.kid })
        .sign(Buffer.from(publicPem)),
      /RS256/,
    ],
    "another issuer": [401, await token({ iss: "https://api.pulumi.example" }), /"iss"/],
    "another audience": [401, await token({ audience: "https://my-adapter.example.com/other" }), /"aud"/],
    "a part of the address as the audience": [
      401,
      await token({ audience: "https://my-adapter.example.com" }),
      /"aud"/,
    ],
    "not yet valid": [401, await token({ nbf: now + 120 }), /"nbf"/],
    "without an id": [401, await token({ jti: undefined }), /"jti"/],
    "without a body hash": [401, await token({ body_hash: undefined }), /"body_hash"/],
    "with an id that is no text": [401, await token({ jti: 7 }), /not one of Pulumi Cloud/],
    "for another body": [401, await token({ body_hash: hashOf(`${body} `) }), /another request body/],
    "of a subject that is no environment": [401, await token({ subject: "acme-corp" }), /subject/],
    "of a subject of another organization than it says": [401, await token({ org: "other" }), /subject/],
    "of another organization": [
      403,
      await token({ org: "acme", subject: "pulumi:environments:org:acme:env:prod" }),
      /acme\/default\/prod is not/,
    ],
    "of another project": [403, await token({ subject: `${SUBJECT}/key` }), /acme-corp\/prod\/key is not/],
  };
  const expired = await iam.oidcToken({
    ...{ subject: SUBJECT, audience: URL_OF_ROTATOR, ttlMs: -60_000 },
    claims: { org: "acme-corp", body_hash: hashOf(body) },
  });
  bad.expired = [401, expired, /has expired/];

  for (const [name, [status, text, reason]] of Object.entries(bad)) {
    const answer = await world.post(body, text);
    assert.equal(answer.status, status, name);
    assert.deepEqual(Object.keys(answer.body), ["error"], name);
    assert.match(String(answer.body.error), reason, name);
  }
  const bare = await world.post(body, "", {
    authorization: `Basic ${Buffer.from("a:b").toString("base64")}`,
  });
  assert.equal(bare.status, 401);
  assert.equal(bare.body.error, "The request has no bearer token in its header Authorization.");

  world.assertKeys([]);
  assert.ok(iam.requests.every(({ operation }) => operation.startsWith("oidc:")));
  const said = world.log.join("\n");
  for (const [, text] of Object.values(bad)) assert.ok(!said.includes(text) || text === "abc");
});

test("a token is good for one request, however it ends", async (t) => {
  const world = await RotatorWorld.start(t);
  const body = JSON.stringify({ request: world.staticKey, state: null });
  const token = await world.token(body);
  const [one, other] = await Promise.all([world.post(body, token), world.post(body, token)]);
  assert.deepEqual([one.status, other.status].sort(), [200, 401]);
  assert.match(String([one, other].find(({ status }) => status === 401)?.body.error), /used before/);
  assert.equal((await world.post(body, token)).status, 401);
  assert.equal(world.idsOf().length, 1);

  const failing = await world.token("{}");
  assert.equal((await world.post("{}", failing)).status, 400);
  assert.equal((await world.post("{}", failing)).status, 401);

  // A body that it is not for does not use it up.
  const second = await world.token("{}");
  assert.equal((await world.post(body, second)).status, 401);
  assert.equal((await world.post("{}", second)).status, 400);
});

for (const skew of [-30, 0, 29]) {
  test(`a token is good once, restarts and rotators beside it included, with an issuer's clock that is off by ${skew} s`, async (t) => {
    const world = await RotatorWorld.start(t);
    const body = JSON.stringify({ request: world.staticKey, state: null });
    world.ports.time += 60_000;
    const iat = Math.floor(world.ports.time / 1000) + skew;
    const used = await world.token(body, { iat, exp: iat + 7_200 } as object);
    assert.equal((await world.post(body, used)).status, 200);
    const { iam, stateFolder } = world;
    const beside = await RotatorWorld.start(t, { iam, stateFolder });
    beside.ports.time = world.ports.time;
    for (const seconds of [0, 2.5, 29, 61, 3_600]) {
      world.ports.time += seconds * 1000;
      await world.restart();
      for (const rotator of [world, beside]) {
        const again = await rotator.post(body, used);
        assert.deepEqual([again.status, again.body.error], [401, "The token was used before."]);
      }
    }
    assert.equal(world.idsOf().length, 1);
    // An environment that asks anew is not kept waiting.
    const now = Math.floor(world.ports.time / 1000);
    const fresh = await world.token(body, { iat: now, exp: now + 600 } as object);
    assert.equal((await world.post(body, fresh)).status, 200);
  });
}

test("where the disk is lost, a token of the time before is refused, and a new one taken at once", async (t) => {
  const world = await RotatorWorld.start(t);
  const body = JSON.stringify({ request: world.staticKey, state: null });
  const iat = Math.floor(world.ports.time / 1000);
  const used = await world.token(body, { iat, exp: iat + 7_200 } as object);
  assert.equal((await world.post(body, used)).status, 200);
  await rm(world.stateFolder, { recursive: true });
  assert.match(await world.refused(503, world.staticKey, null), /could not be written down \(ENOENT\)/);
  world.ports.time += 2_500;
  await world.restart();
  assert.match(String((await world.post(body, used)).body.error), /before this rotator was first started/);
  assert.equal(world.idsOf().length, 1);
  const fresh = await world.token(body, { iat: iat + 3, exp: iat + 600 } as object);
  assert.equal((await world.post(body, fresh)).status, 200);
});

test("what was used is forgotten when it has expired, and holds no token", async (t) => {
  const world = await RotatorWorld.start(t);
  const usedFiles = async () => (await readdir(world.stateFolder)).filter((name) => name.startsWith("used."));
  assert.equal((await world.call(world.staticKey, null)).status, 200);
  const [first = assert.fail("nothing was kept")] = await usedFiles();
  assert.equal((await stat(path.join(world.stateFolder, first))).size, 0);
  world.ports.time += 2 * 3_600_000;
  const iat = Math.floor(world.ports.time / 1000);
  await world.call(world.staticKey, null, { iat, exp: iat + 600 });
  const left = await usedFiles();
  assert.deepEqual([left.length, left.includes(first)], [1, false]);
});

test("a folder that cannot be written to is refused at the start", () => {
  const why = /--state \(IAM_KEYS_ESC_STATE\) must be a folder that can be written to/;
  assert.throws(() => new UsedTokens(import.meta.filename, 0), why);
});

test("a token with times that no issuer means is refused", async (t) => {
  const world = await RotatorWorld.start(t);
  const body = JSON.stringify({ request: world.staticKey, state: null });
  const now = Math.floor(world.ports.time / 1000);
  const bad: [claims: Record<string, unknown>, reason: RegExp][] = [
    [{ iat: now + 60 }, /in the future/],
    [{ iat: now + 10 * 365 * 24 * 3_600, exp: now + 11 * 365 * 24 * 3_600 }, /in the future/],
    [{ exp: 1e308 }, /must expire within 24 hours/],
    [{ exp: now + 25 * 3_600 }, /must expire within 24 hours/],
    [{ iat: now + 20, exp: now + 10 }, /must expire within 24 hours/],
    [{ iat: -1e308, exp: now + 60 }, /must expire within 24 hours/],
    [{ jti: "x".repeat(10_000) }, /not one of Pulumi Cloud/],
  ];
  for (const [claims, reason] of bad) {
    const answer = await world.post(
      body,
      await world.token(body, { iat: now, exp: now + 600, ...claims } as object),
    );
    assert.deepEqual([answer.status, reason.test(String(answer.body.error))], [401, true], answer.body.error);
  }
  world.assertKeys([]);
});

test("an environment in a project is known by its project", async (t) => {
  const world = await RotatorWorld.start(t, { args: ["--allow=acme-corp/storage/prod-*"] });
  const call = (subject: string) => world.call(world.staticKey, null, { subject });
  const answer = await call("pulumi:environments:org:acme-corp:env:storage/prod-eu");
  assert.equal(answer.status, 200);
  const made = world.iam.keys().find(({ id }) => id === answer.body.id);
  assert.match(
    String(made?.description),
    /^rotating:\[pulumi esc:acme-corp\/storage\/prod-eu\/uploads #\w{8}\.1\]$/,
  );
  for (const other of ["storage/test", "storage/a/prod-eu", "storageprod-eu", "other/prod-eu"]) {
    assert.ok((await call(`pulumi:environments:org:acme-corp:env:${other}`)).status >= 401, other);
  }
});

test("an environment may be allowed to rotate the keys of some accounts alone", async (t) => {
  const world = await RotatorWorld.start(t);
  const { iam } = world;
  const args = [`--allow=acme-corp/default/prod=${iam.serviceAccountId},somebody acme-corp/default/test`];
  const bound = await RotatorWorld.start(t, { iam, args });
  await bound.rotate(bound.staticKey, null);
  const { serviceAccountId: _, ...unnamed } = bound.staticKey;
  const other = { ...unnamed, serviceAccountId: iam.addServiceAccount() };
  assert.match(await bound.refused(403, other, null), /may not rotate the keys/);
  assert.match(await bound.refused(403, unnamed, null), /request\.serviceAccountId is required/);
  const fromTest = await bound.call(other, null, { subject: "pulumi:environments:org:acme-corp:env:test" });
  assert.equal(fromTest.status, 200);
});

test("where the issuer's keys cannot be had, nothing is done and the answer says so", async (t) => {
  const world = await RotatorWorld.start(t);
  world.iam.fail({ operation: "oidc:Keys", times: 9, fault: { status: 500 } });
  const reason = await world.refused(503, world.staticKey, null);
  assert.match(reason, /keys could not be fetched, so nothing was done/);
  world.iam.clearFaults();
  assert.ok((await world.rotate(world.staticKey, null)).id);
});
