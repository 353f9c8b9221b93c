import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { startForTest } from "../../local/iam/tests/startForTest.ts";
import type { Properties } from "../../provider/kinds/kind.ts";
import { RotatorWorld } from "./support/rotatorWorld.ts";

const previousId = (state: Properties) => String((state.previous as Properties | undefined)?.id);

describe("two calls for the same thing", () => {
  test("at once make one key, which both are answered", async (t) => {
    const world = await RotatorWorld.start(t);
    const [one, other] = await Promise.all([
      world.rotate(world.staticKey, null),
      world.rotate(world.staticKey, null),
    ]);
    assert.deepEqual(one, other);
    world.assertKeys([one.id]);
    const seconds = await Promise.all([1, 2, 3].map(() => world.rotate(world.staticKey, one)));
    assert.equal(new Set(seconds.map(({ id }) => id)).size, 1);
    world.assertKeys([one.id, String(seconds[0]?.id)]);
  });

  test("at once with different states are one after the other", async (t) => {
    const world = await RotatorWorld.start(t);
    const first = await world.rotate(world.staticKey, null);
    const second = await world.rotate(world.staticKey, first);
    const [third, again] = await Promise.all([
      world.rotate(world.staticKey, second),
      world.rotate({ ...world.staticKey, description: "again" }, second),
    ]);
    assert.notEqual(third.id, again.id);
    // The rotation that came last does not know of the one before it, whose key was handed out: it stays and is named.
    world.assertKeys([third.id, again.id, second.id]);
    const named = [third, again].filter(({ id }) => world.ports.warnings.join().includes(`key ${id} (`));
    assert.equal(named.length, 1);
  });

  test("for different names are not in each other's way", async (t) => {
    const world = await RotatorWorld.start(t);
    const made = await Promise.all(
      ["a", "b", "c"].map((name) => world.rotate({ ...world.staticKey, name }, null)),
    );
    world.assertKeys(made.map(({ id }) => id));
  });

  test("after a lost answer make no second key", async (t) => {
    const world = await RotatorWorld.start(t);
    const first = await world.rotate(world.staticKey, null);
    const lost = await world.rotate(world.staticKey, first);
    const again = await world.rotate(world.staticKey, first);
    assert.deepEqual(again, lost);
    world.assertKeys([first.id, lost.id]);
  });

  for (const honoursIdempotencyKey of [true, false]) {
    test(`after an answer that was lost with the rotator leave its key to whoever got it, and name it (idempotency: ${honoursIdempotencyKey})`, async (t) => {
      const world = await RotatorWorld.start(t, {
        iam: await startForTest(t, { honoursIdempotencyKey }),
      });
      const first = await world.rotate(world.staticKey, null);
      const second = await world.rotate(world.staticKey, first);
      const lost = await world.rotate(world.staticKey, second);
      await world.restart();
      const third = await world.rotate(world.staticKey, second);
      world.assertKeys([second.id, third.id, lost.id]);
      assert.match(world.ports.warnings.join(), new RegExp(`key ${lost.id} \\(.*It stays`));
    });
  }
  test("for AWS, whose keys say not whose they are, name the key that is in the way", async (t) => {
    const world = await RotatorWorld.start(t);
    const first = await world.rotate(world.awsKey, null);
    const lost = await world.rotate(world.awsKey, first);
    await world.restart();
    const reason = await world.refused(409, world.awsKey, first);
    assert.ok(reason.includes(lost.id) && reason.includes("LIMIT_EXCEEDED"), reason);
    world.assertKeys([first.id, lost.id], world.iam.userName);
    world.assertSilent(reason);
  });
});

describe("a failure", () => {
  test("of the API leaves every key of the state as it is, and the next rotation goes well", async (t) => {
    for (const [status, expected] of [
      [500, 502],
      [403, 502],
      [400, 400],
    ] as const) {
      const world = await RotatorWorld.start(t);
      const first = await world.rotate(world.staticKey, null);
      const second = await world.rotate(world.staticKey, first);
      world.iam.fail({ operation: "AccessKey.create", times: 9, fault: { status } });
      const reason = await world.refused(expected, world.staticKey, second);
      world.iam.clearFaults();
      world.assertKeys([first.id, second.id]);
      world.assertSilent(reason);
      const third = await world.rotate(world.staticKey, second);
      world.assertKeys([second.id, third.id]);
    }
  });

  test("of the rotator's own settings is not put down to the request", async (t) => {
    const world = await RotatorWorld.start(t);
    Object.assign(world.ports.environment, { YC_TOKEN: "t1.one", YC_SERVICE_ACCOUNT_KEY_FILE: "key.json" });
    assert.match(await world.refused(500, world.staticKey, null), /INVALID_CONFIG/);
    world.assertKeys([]);
  });

  test("to see the keys of the state changes nothing", async (t) => {
    const world = await RotatorWorld.start(t);
    const first = await world.rotate(world.staticKey, null);
    world.iam.fail({ operation: "AccessKey.list", times: 9, fault: { status: 500 } });
    world.iam.fail({ operation: "AccessKey.get", times: 9, fault: { status: 500 } });
    await world.refused(502, world.staticKey, first);
    world.assertKeys([first.id]);
  });

  test("of the answer to a create loses no key: what it made is deleted again", async (t) => {
    const world = await RotatorWorld.start(t);
    const first = await world.rotate(world.staticKey, null);
    world.iam.fail({ operation: "AccessKey.create", times: 9, fault: { status: 500, when: "after" } });
    const reason = await world.refused(502, world.staticKey, first);
    world.assertKeys([first.id]);
    assert.match(reason, /SERVER_ERROR/);
  });

  test("to delete the key before the last is made up for by the next rotation", async (t) => {
    const world = await RotatorWorld.start(t);
    const first = await world.rotate(world.staticKey, null);
    const second = await world.rotate(world.staticKey, first);
    world.iam.fail({ operation: "AccessKey.delete", fault: { status: 403 } });
    const third = await world.rotate(world.staticKey, second);
    world.assertKeys([first.id, second.id, third.id]);
    assert.match(world.ports.warnings.join(), new RegExp(`${first.id} is deleted by the next run`));
    const fourth = await world.rotate(world.staticKey, third);
    world.assertKeys([third.id, fourth.id]);
    assert.equal((fourth.rotation as Properties).abandoned, undefined);
  });

  for (const begun of [false, true]) {
    test(`to delete a key that does not work is made up for, though no state knows of it (${begun ? "later" : "first"} rotation)`, async (t) => {
      const world = await RotatorWorld.start(t);
      const { userName } = world.iam;
      const state = begun ? await world.rotate(world.awsKey, null) : null;
      world.iam.fail({
        operation: "aws:GetCallerIdentity",
        times: 99,
        fault: { status: 403, code: "InvalidClientTokenId" },
      });
      world.iam.fail({ operation: "aws:DeleteAccessKey", times: 9, fault: { status: 403 } });
      const reason = await world.refused(502, world.awsKey, state);
      assert.match(reason, /could not be deleted/);
      assert.equal(world.idsOf(userName).length, begun ? 2 : 1);
      world.iam.clearFaults();
      const next = await world.rotate(world.awsKey, state);
      const last = await world.rotate(world.awsKey, next);
      world.assertKeys([next.id, last.id], userName);
      world.assertSilent(reason);
    });
  }

  test("of another rotation of the same thing does not hold up the next", async (t) => {
    const world = await RotatorWorld.start(t);
    world.iam.fail({ operation: "AccessKey.create", fault: { status: 403 } });
    const answers = await Promise.all([world.call(world.staticKey, null), world.call(world.staticKey, null)]);
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 502]);
    assert.equal(world.idsOf().length, 1);
  });
});

test("a key that the rotator itself signs with is not deleted", async (t) => {
  const world = await RotatorWorld.start(t);
  const { iam } = world;
  const request = { ...world.staticKey, kind: "yandex:ServiceAccountKey" };
  const own = await iam.serviceAccountKeyFile(iam.serviceAccountId);
  const { YC_TOKEN: _, ...environment } = iam.environment;
  const file = { YC_SERVICE_ACCOUNT_KEY_FILE: JSON.stringify(own) };
  Object.assign(world.ports, { environment: { ...environment, ...file } });
  const second = await world.rotate(request, { id: own.id });
  const reason = await world.refused(409, request, second);
  assert.match(reason, /OWN_CREDENTIAL/);
  world.assertKeys([own.id, second.id]);
});

test("a rotator that is stopped answers the rotation that it is at, and takes no other", async (t) => {
  const world = await RotatorWorld.start(t);
  const first = await world.rotate(world.staticKey, null);
  world.iam.fail({ operation: "AccessKey.create", fault: { pause: "after" } });
  const rotation = world.rotate(world.staticKey, first);
  const held = await world.iam.held();
  const closed = world.server.close();
  await assert.rejects(fetch(world.address), /fetch failed/);
  held.release();
  const second = await rotation;
  await closed;
  world.assertKeys([first.id, second.id]);
  assert.equal(previousId(second), first.id);
});
