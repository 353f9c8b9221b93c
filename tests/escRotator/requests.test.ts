import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
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
      [{}, null, /request\.kind must be aws:AccessKey or .*request\.name is required/],
      [{ ...staticKey, kind: "yandex:IamToken" }, null, /request\.kind must be aws:AccessKey or/],
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
      [staticKey, { ...key, id: "" }, /^state\.id must be the id of a key/],
      [staticKey, { ...key, rotatedAt: SECRET }, /^state\.rotatedAt must be a moment/],
      [
        staticKey,
        { ...key, serviceAccountId: { length: { toString: SECRET } } },
        /^state\.serviceAccountId is not/,
      ],
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

describe("what comes in", () => {
  const nested = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;

  test("ends nobody's rotator, and costs no key, where it is too deep, too much or of the wrong kind", async (t) => {
    const world = await RotatorWorld.start(t);
    const key = { id: "aje" };
    const bad: [request: unknown, state: unknown, reason: RegExp][] = [
      [world.staticKey, { ...key, x: "NESTED" }, /nested at most 16 levels/],
      [{ ...world.staticKey, x: "NESTED" }, null, /nested at most 16 levels/],
      [world.staticKey, { ...key, x: Array(10_000).fill(0) }, /at most 5000 values/],
      [world.staticKey, { ...key, ["x".repeat(200)]: 1 }, /A name in the body must be at most 128/],
      [world.awsKey, { ...key, userName: { deep: 1 } }, /^state\.userName must/],
      [world.staticKey, { ...key, serviceAccountId: ["a"] }, /^state\.serviceAccountId must/],
      [world.staticKey, { ...key, secretAccessKey: 7 }, /^state\.secretAccessKey must/],
      [world.staticKey, { ...key, mark: {} }, /^state\.mark must/],
      [
        world.staticKey,
        { ...key, secretAccessKey: `YC${"a".repeat(38)}` },
        /^state\.secretAccessKey is damaged: its checksum/,
      ],
      [world.staticKey, { ...key, description: {} }, /^state\.description must/],
      [world.staticKey, { id: ".." }, /^state\.id must be the id of a key/],
      [world.staticKey, { id: "../../tokens:revoke" }, /^state\.id must be the id of a key/],
      [
        world.staticKey,
        { ...key, rotation: { kind: "yandex:StaticAccessKey", owner: "a", abandoned: [".."] } },
        /^state\.rotation\.abandoned\.0 must be the id of a key/,
      ],
    ];
    for (const [request, state, reason] of bad) {
      const body = JSON.stringify({ request, state }).replace('"NESTED"', nested);
      const answer = await world.post(body, await world.token(body));
      assert.equal(answer.status, 400);
      assert.match(String(answer.body.error), reason);
    }
    assert.deepEqual(
      world.iam.requests.filter(({ operation }) => !operation.startsWith("oidc:")),
      [],
    );
    assert.ok((await world.rotate(world.staticKey, null)).id);
  });

  test("goes out again only as far as it is known: what was delivered stays, what somebody put beside it does not", async (t) => {
    const world = await RotatorWorld.start(t);
    const secretId = world.iam.addLockboxSecret();
    for (const more of [{}, { outputToLockbox: { secretId, entryForSecretAccessKey: "key" } }]) {
      const request = {
        ...world.staticKey,
        ...more,
        name: `a${Object.keys(more).length}`,
        description: "for uploads",
      };
      const first = await world.rotate(request, null);
      const { rotation, rotatedAt: _, ...key } = first;
      const second = await world.rotate(request, {
        ...first,
        x: [[1]],
        constructor: "x",
        rotation: { ...(rotation as Properties), x: 1 },
      });
      assert.deepEqual({ ...second.previous, replacedAt: "" }, { ...key, replacedAt: "" });
      assert.deepEqual(Object.keys(second.rotation as Properties).sort(), ["kind", "mark", "owner"]);
      const third = await world.rotate(request, { ...second, previous: { ...second.previous, x: {} } });
      assert.equal(third.previous?.id, second.id);
    }
  });
});

test("a connection that makes no sense, or breaks off, costs the others nothing", async (t) => {
  const world = await RotatorWorld.start(t);
  const body = JSON.stringify({ request: world.staticKey, state: null });
  const head = `POST /rotate-credentials HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\nauthorization: Bearer ${await world.token(body)}\r\n`;
  for (const [sent, waits] of [
    ["\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", true],
    ["GET /\0 HTTP/9.9\r\n\r\n", true],
    [`GET / HTTP/1.1\r\nx: ${"x".repeat(100_000)}\r\n\r\n`, true],
    [`${head}content-length: -1\r\n\r\n`, true],
    [`${head}transfer-encoding: chunked\r\n\r\nzz\r\n`, true],
    [`${head}content-length: ${body.length}\r\n\r\n${body.slice(0, 20)}`, false],
    [head, false],
  ] as const) {
    const socket = connect(world.server.port, "127.0.0.1");
    socket.on("error", () => {});
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.resume().write(sent, "latin1", () => waits || socket.destroy());
    await closed;
  }
  assert.ok((await world.rotate(world.staticKey, null)).id);
  assert.equal(world.idsOf().length, 1);
});

describe("a probe", () => {
  const probe = async (world: RotatorWorld, path: string) => {
    const response = await fetch(new URL(path, world.address));
    return { status: response.status, text: await response.text() };
  };

  test("is told whether the rotator lives, and whether it takes requests", async (t) => {
    const world = await RotatorWorld.start(t);
    assert.deepEqual(await probe(world, "/livez"), { status: 200, text: '{"status":"alive"}' });
    assert.deepEqual(await probe(world, "/readyz"), { status: 200, text: '{"status":"ready"}' });
    assert.equal((await fetch(new URL("/livez", world.address), { method: "POST" })).status, 404);
    assert.ok(world.iam.requests.every(({ operation }) => !operation.includes("delete")));
    assert.ok(!world.log.join().includes("livez"));
  });

  test("reads in the format of Prometheus what was done, and for whom not", async (t) => {
    const world = await RotatorWorld.start(t);
    const first = await world.rotate(world.staticKey, null);
    await world.rotate(world.staticKey, null);
    await world.refused(409, { ...world.staticKey, name: "other" }, first);
    const { status, text } = await probe(world, "/metrics");
    assert.equal(status, 200);
    const kind = 'kind="yandex:StaticAccessKey"';
    for (const line of [
      'iam_keys_esc_requests_total{status="200"} 2',
      'iam_keys_esc_requests_total{status="409"} 1',
      `iam_keys_esc_rotations_total{${kind},outcome="rotated"} 1`,
      `iam_keys_esc_rotations_total{${kind},outcome="repeated"} 1`,
      `iam_keys_esc_rotations_total{${kind},outcome="failed"} 1`,
      `iam_keys_esc_rotation_seconds_bucket{${kind},le="+Inf"} 3`,
      `iam_keys_esc_rotation_seconds_count{${kind}} 3`,
      "iam_keys_esc_rotations_under_way 0",
      "iam_keys_esc_ready 1",
    ])
      assert.ok(text.split("\n").includes(line), `${line}\n${text}`);
    for (const line of text.trim().split("\n"))
      assert.match(
        line,
        /^(# (HELP|TYPE) iam_keys_esc_\w+ .+|iam_keys_esc_\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? [\d.e+-]+)$/,
      );
    for (const name of ["acme", "uploads", first.id, world.iam.serviceAccountId])
      assert.ok(!text.includes(name));
  });
});
