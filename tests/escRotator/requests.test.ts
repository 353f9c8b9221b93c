import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import { describe, test } from "node:test";
import type { Properties } from "../../provider/kinds/kind.ts";
import { RotatorWorld } from "./support/rotatorWorld.ts";

const SECRET = "canary-of-a-value-nobody-may-see";

describe("a request that cannot be carried out", () => {
  test("is told which property is wrong and what it must be, never its value", async (t) => {
    const world = await RotatorWorld.start(t);
    const { staticKey } = world;
    const key = { id: "aje", createdAt: "2026-01-01T00:00:00Z" };
    const bad: [request: unknown, state: unknown, reason: RegExp][] = [
      [undefined, null, /^request is required/],
      [SECRET, null, /^request must be of type object/],
      [{}, null, /request\.kind must be yandex:ServiceAccountKey or .*request\.name is required/],
      [{ ...staticKey, kind: "yandex:IamToken" }, null, /request\.kind must be yandex:ServiceAccountKey or/],
      [{ ...staticKey, name: `a/${SECRET}` }, null, /request\.name must be 1 to 64 letters/],
      [{ ...staticKey, overlap: SECRET }, null, /request\.overlap must be a duration/],
      [
        { ...staticKey, every: "30d" },
        null,
        /request\.every cannot be given.*takes kind, name, overlap, serv/,
      ],
      [{ ...staticKey, rotate: { every: "30d" } }, null, /request\.rotate cannot be given/],
      [{ ...staticKey, serviceAccountId: 7 }, null, /request\.serviceAccountId must be a string/],
      [{ ...staticKey, serviceAccountId: SECRET.repeat(3) }, null, /at most 50 characters long/],
      [{ ...staticKey, description: "x".repeat(250) }, null, /request\.description must be at most/],
      [staticKey, SECRET, /^state must be of type object/],
      [staticKey, {}, /^state\.id is required/],
      [staticKey, { ...key, id: "" }, /^state\.id must not be empty/],
      [staticKey, { ...key, rotatedAt: SECRET }, /^state\.rotatedAt must be a moment/],
      [staticKey, { ...key, previous: key }, /^state\.previous\.replacedAt is required/],
      [staticKey, { ...key, previous: SECRET }, /^state\.previous must be of type object/],
    ];
    for (const [request, state, reason] of bad) {
      const error = await world.refused(400, request as Properties, state as Properties);
      assert.match(error, reason);
      assert.ok(!error.includes(SECRET), error);
    }
    world.assertKeys([]);
    assert.ok(!world.log.join().includes(SECRET));
  });

  test("is refused for what it is as HTTP", async (t) => {
    const world = await RotatorWorld.start(t);
    const post = async (body: string, headers = {}) => world.post(body, await world.token(body), headers);
    assert.match(String((await post("{")).body.error), /^The body must be JSON/);
    assert.equal((await post("{")).status, 400);
    assert.equal((await post("")).status, 400);
    assert.equal((await post("[]")).status, 400);
    assert.equal((await post("{}", { "content-type": "text/plain" })).status, 415);
    assert.equal((await fetch(world.address)).status, 405);
    assert.equal((await fetch(`${world.address}/more`, { method: "POST" })).status, 404);
    world.assertKeys([]);
  });

  test("is refused where its body is too long, whether it says so or not", async (t) => {
    const world = await RotatorWorld.start(t);
    const body = JSON.stringify({ request: world.staticKey, state: { id: "x".repeat(300 * 1024) } });
    const authorization = `Bearer ${await world.token(body)}`;
    for (const length of [{ "content-length": String(body.length) }, {}]) {
      const status = await new Promise((resolve, reject) => {
        const headers = { authorization, "content-type": "application/json", ...length };
        const request = httpRequest(world.address, { method: "POST", headers }, (response) => {
          response.resume();
          resolve(response.statusCode);
        });
        request.on("error", reject);
        // Not ended: the answer is not to wait for the rest.
        request.write(body.slice(0, 280 * 1024));
      });
      assert.equal(status, 413);
    }
  });
});

describe("a state", () => {
  test("that came with a copy of the environment is refused, so that the original keeps its keys", async (t) => {
    const world = await RotatorWorld.start(t);
    const first = await world.rotate(world.staticKey, null);
    const second = await world.rotate(world.staticKey, first);
    const { status, body } = await world.call(world.staticKey, second, {
      subject: "pulumi:environments:org:acme-corp:env:copy",
    });
    assert.equal(status, 409);
    assert.match(String(body.error), /belong to esc:acme-corp\/default\/prod\/uploads, not/);
    assert.match(await world.refused(409, { ...world.staticKey, name: "other" }, second), /belong to/);
    assert.match(
      await world.refused(409, { ...world.staticKey, kind: "yandex:ApiKey" }, second),
      /yandex:ApiKey/,
    );
    world.assertKeys([first.id, second.id]);
    world.assertSilent(body);
  });

  test("with keys of another account than is asked for is refused", async (t) => {
    const world = await RotatorWorld.start(t);
    const first = await world.rotate(world.staticKey, null);
    const serviceAccountId = world.iam.addServiceAccount();
    const reason = await world.refused(409, { ...world.staticKey, serviceAccountId }, first);
    assert.match(reason, /another account than request\.serviceAccountId says/);
    world.assertKeys([first.id]);
    world.assertKeys([], serviceAccountId);
  });

  test("that was written by hand cannot have a key of another account deleted", async (t) => {
    const world = await RotatorWorld.start(t);
    const victim = world.iam.addServiceAccount();
    const theirs = await world.rotate({ ...world.staticKey, name: "theirs", serviceAccountId: victim }, null);
    const own = await world.rotate(world.staticKey, null);
    const { serviceAccountId } = world.iam;
    const previous = { id: theirs.id, serviceAccountId, replacedAt: "2026-01-01T00:00:00Z" };
    await world.refused(409, world.staticKey, { ...own, previous });
    await world.refused(409, world.staticKey, { id: theirs.id, serviceAccountId });
    world.assertKeys([own.id]);
    const rotation = { ...(own.rotation as Properties), abandoned: [theirs.id, "ajeunknown"] };
    const next = await world.rotate(world.staticKey, { ...own, rotation });
    world.assertKeys([own.id, next.id]);
    world.assertKeys([theirs.id], victim);
  });

  test("whose previous key is within its overlap is refused until that is over", async (t) => {
    const world = await RotatorWorld.start(t);
    const request = { ...world.staticKey, overlap: "12h" };
    const first = await world.rotate(request, null);
    const second = await world.rotate(request, first);
    assert.match(await world.refused(409, request, second), /stays for request\.overlap \(12h\)/);
    world.assertKeys([first.id, second.id]);
    const { previous } = second;
    const older = { ...second, previous: { ...previous, replacedAt: "2026-01-01T00:00:00Z" } };
    const third = await world.rotate(request, older);
    world.assertKeys([second.id, third.id]);
  });
});

test("a probe is told whether the rotator takes requests", async (t) => {
  const world = await RotatorWorld.start(t);
  const health = new URL("/healthz", world.address);
  const response = await fetch(health);
  assert.deepEqual([response.status, await response.json()], [200, { status: "ok" }]);
  assert.equal((await fetch(health, { method: "POST" })).status, 404);
  assert.deepEqual(world.iam.requests, []);
});
