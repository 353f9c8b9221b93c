import assert from "node:assert/strict";
import { test } from "node:test";
import { type LocalIam, startLocalIam } from "../../local/iam/index.ts";
import { YandexIam } from "../../provider/api/yandexIam.ts";
import { IamKeysError } from "../../provider/errors.ts";
import { type FakePorts, fakePorts } from "../support/fakePorts.ts";
import { startScriptedServer } from "../support/scriptedServer.ts";

const MINUTE_MS = 60_000;

interface World extends AsyncDisposable {
  readonly iam: LocalIam;
  readonly ports: FakePorts;
  readonly api: YandexIam;
  readonly keyId: string;
  /** How often the key was exchanged for a token. */
  exchanges(): number;
  /** One ordinary call. */
  call(): Promise<unknown>;
}

/** A caller with an authorized key; the server's clock is the caller's. */
async function start(): Promise<World> {
  const clock = { now: () => new Date() };
  const iam = await startLocalIam({ now: () => clock.now() });
  const key = await iam.serviceAccountKeyFile(iam.serviceAccountId);
  const ports = fakePorts({
    environment: { YC_ENDPOINT: iam.url, YC_SERVICE_ACCOUNT_KEY_FILE: JSON.stringify(key) },
  });
  clock.now = () => new Date(ports.time);
  const api = new YandexIam(ports);
  return {
    iam,
    ports,
    api,
    keyId: key.id,
    exchanges: () => iam.requests.filter(({ operation }) => operation === "IamToken.create").length,
    call: () => api.createTokenForServiceAccount(iam.serviceAccountId),
    [Symbol.asyncDispose]: () => iam.close(),
  };
}

const tokensOf = ({ iam }: World) => iam.keys().filter((key) => key.kind === "yandex:IamToken");

test("twenty calls at once exchange the key for one token", async () => {
  await using world = await start();
  await Promise.all(Array.from({ length: 20 }, world.call));
  assert.equal(world.exchanges(), 1);
  assert.equal(tokensOf(world).length, 21);
});

test("making a caller sends nothing", async () => {
  await using world = await start();
  assert.deepEqual(world.iam.requests, []);
});

test("a token is renewed after an hour, by one call of many", async () => {
  await using world = await start();
  await world.call();
  world.ports.time += 59 * MINUTE_MS;
  await world.call();
  assert.equal(world.exchanges(), 1);
  world.ports.time += 2 * MINUTE_MS;
  await Promise.all(Array.from({ length: 20 }, world.call));
  assert.equal(world.exchanges(), 2);
});

test("a token that lives less than an hour is renewed before it expires", async () => {
  const now = Date.now();
  const minted = (token: string, at: number) => ({
    body: { iamToken: token, expiresAt: new Date(at + 10 * MINUTE_MS).toISOString() },
  });
  await using iam = await startLocalIam().then((server) =>
    Object.assign(server, { [Symbol.asyncDispose]: server.close }),
  );
  const key = await iam.serviceAccountKeyFile(iam.serviceAccountId);
  await using server = await startScriptedServer(
    minted("first", now),
    minted("second", now + 9.5 * MINUTE_MS),
  );
  const ports = fakePorts({
    environment: { YC_ENDPOINT: server.url, YC_SERVICE_ACCOUNT_KEY_FILE: JSON.stringify(key) },
  });
  ports.time = now;
  const { caller } = new YandexIam(ports);
  assert.equal(await caller.token(), "first");
  ports.time += 8 * MINUTE_MS;
  assert.equal(await caller.token(), "first");
  ports.time += 1.5 * MINUTE_MS;
  assert.equal(await caller.token(), "second");
});

test("a token that is refused in the middle of a run is renewed once, and every call succeeds", async () => {
  await using world = await start();
  await world.call();
  const [callers] = tokensOf(world);
  world.iam.remove(callers?.id ?? "");
  await Promise.all(Array.from({ length: 10 }, world.call));
  assert.equal(world.exchanges(), 2);
});

test("a ready token that is refused is an error at once", async () => {
  await using world = await start();
  const token = world.iam.issueToken(world.iam.serviceAccountId, { ttlMs: MINUTE_MS });
  const environment = { YC_ENDPOINT: world.iam.url, YC_TOKEN: token };
  const api = new YandexIam(fakePorts({ environment }));
  world.ports.time += 2 * MINUTE_MS;
  await assert.rejects(api.createTokenForServiceAccount(world.iam.serviceAccountId), (error: Error) => {
    assert.ok(error instanceof IamKeysError);
    assert.equal(error.code, "UNAUTHENTICATED");
    assert.match(
      error.message,
      /^IamToken\.createForServiceAccount was refused: .*check environment variable YC_TOKEN\.$/,
    );
    assert.ok(!error.message.includes(token));
    return true;
  });
  assert.equal(world.iam.requests.length, 1);
});

test("a key that is refused is an error at once, which says that it is the key", async () => {
  await using world = await start();
  world.iam.remove(world.keyId);
  await assert.rejects(world.call(), (error: Error) => {
    assert.ok(error instanceof IamKeysError);
    assert.equal(error.code, "UNAUTHENTICATED");
    assert.match(
      error.message,
      /^IamToken\.create was refused: JWT: .*check environment variable YC_SERVICE_ACCOUNT_KEY_FILE\.$/,
    );
    return true;
  });
  assert.equal(world.iam.requests.length, 1);
});

test("an exchange that failed is tried anew by the next call", async () => {
  await using world = await start();
  world.iam.fail({ operation: "IamToken.create", fault: { status: 403, message: "Not now." } });
  await assert.rejects(Promise.all([world.call(), world.call()]), /Not now\./);
  await world.call();
  assert.equal(world.exchanges(), 2);
});

test("a key of another account's right is refused as such, not renewed for ever", async () => {
  await using world = await start();
  world.iam.fail({
    operation: "IamToken.createForServiceAccount",
    times: 5,
    fault: { status: 401, message: "No." },
  });
  await assert.rejects(world.call(), /No\. \[UNAUTHENTICATED/);
  assert.deepEqual(
    world.iam.requests.map(({ operation }) => operation),
    [
      "IamToken.create",
      "IamToken.createForServiceAccount",
      "IamToken.create",
      "IamToken.createForServiceAccount",
    ],
  );
});

test("an Operation that is never done is given up in the end, with growing pauses before", async () => {
  await using world = await start();
  const { ACCESS_KEYS } = await import("../../provider/kinds/yandexStaticAccessKey.ts");
  const { serviceAccountId } = world.iam;
  const { json } = await world.api.create(ACCESS_KEYS, { serviceAccountId });
  const reply = json as { accessKey: { id: string } };
  world.iam.fail({ operation: "AccessKey.delete", fault: { operation: "neverDone" } });
  await assert.rejects(
    world.api.delete(ACCESS_KEYS, reply.accessKey.id),
    /^IamKeysError: AccessKey\.delete began, but its operation aje\w+ was not done after 120 s\. \[OPERATION_UNFINISHED\] Run again: what is half done is finished then\.$/,
  );
  const { sleeps } = world.ports;
  assert.deepEqual(sleeps.slice(0, 6), [200, 400, 800, 1600, 3200, 5000]);
  assert.ok(sleeps.every((pause) => pause <= 5000));
});
