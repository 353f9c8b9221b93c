import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { startForTest } from "../../local/iam/tests/startForTest.ts";
import type { Properties } from "../../provider/kinds/kind.ts";
import { RotatorWorld } from "./support/rotatorWorld.ts";

const YANDEX_KINDS = ["yandex:StaticAccessKey", "yandex:ServiceAccountKey", "yandex:ApiKey"];

/** An environment that was rolled back in ESC calls with a state that is older than the last answer. */
describe("a state that is older than the last answer", () => {
  for (const kind of YANDEX_KINDS) {
    for (const restarts of [false, true]) {
      test(`${kind}: no key goes that a later answer has handed out (restarts: ${restarts})`, async (t) => {
        const world = await RotatorWorld.start(t);
        const request = { ...world.staticKey, kind };
        const rotate = async (state: Properties | null) => {
          if (restarts) await world.restart();
          // Nothing is the same request twice.
          calls += 1;
          return world.rotate({ ...request, description: `call ${calls}` }, state);
        };
        let calls = 0;
        const first = await rotate(null);
        const second = await rotate(first);
        // Rolled back to the first answer, it goes on from there: the first key is handed out once more.
        const branch = await rotate(first);
        assert.equal(branch.previous?.id, first.id);
        // Rolled forward again, to the second answer. Whoever has the other one goes on, too.
        const third = await rotate(second);
        world.assertKeys([first.id, second.id, branch.id, third.id]);
        assert.match(
          world.ports.warnings.join(),
          new RegExp(`key ${first.id} stays, because a later answer`),
        );
        // Each goes on with the keys of its own.
        const fourth = await rotate(third);
        world.assertKeys([first.id, branch.id, third.id, fourth.id]);
        const fifth = await rotate(branch);
        assert.equal(fifth.previous?.id, branch.id);
        assert.deepEqual(
          [third, fourth, branch, fifth].filter(({ id }) => !world.idsOf().includes(id)),
          [],
        );
      });
    }
  }

  test("an old request that is sent anew deletes nothing that is handed out", async (t) => {
    const world = await RotatorWorld.start(t);
    const states: Properties[] = [];
    let state: (Properties & { readonly id: string }) | null = null;
    for (let rotation = 1; rotation <= 5; rotation++) {
      state = await world.rotate(world.staticKey, state);
      states.push(state);
    }
    const [current, previous] = [String(states[4]?.id), String(states[3]?.id)];
    world.ports.time += 16 * 60_000;
    for (const old of [null, ...states.slice(0, 4)]) {
      await world.restart();
      await world.call(world.staticKey, old, {
        iat: Math.floor(world.ports.time / 1000),
        exp: Math.floor(world.ports.time / 1000) + 600,
      });
      for (const id of [current, previous]) assert.ok(world.idsOf().includes(id), id);
    }
  });

  test("aws:AccessKey: there is no room for a third key, so that nothing goes", async (t) => {
    const world = await RotatorWorld.start(t);
    const first = await world.rotate(world.awsKey, null);
    const second = await world.rotate(world.awsKey, first);
    const third = await world.rotate(world.awsKey, second);
    for (const old of [null, first, second]) {
      await world.restart();
      const answer = await world.call({ ...world.awsKey, verify: { timeout: "10s" } }, old);
      assert.notEqual(answer.status, 200);
      world.assertKeys([second.id, third.id], world.iam.userName);
    }
  });

  test("whose key was taken over by hand, the same goes for that key", async (t) => {
    const world = await RotatorWorld.start(t);
    const own = await world.rotate({ ...world.staticKey, name: "by-hand", tagDescription: false }, null);
    const taken = { id: own.id };
    const first = await world.rotate(world.staticKey, taken);
    assert.equal(first.previous?.id, own.id);
    await world.restart();
    const again = await world.rotate({ ...world.staticKey, description: "again" }, taken);
    assert.equal(again.previous?.id, own.id);
    await world.restart();
    await world.rotate(world.staticKey, first);
    assert.ok(world.idsOf().includes(own.id));
    assert.ok(world.idsOf().includes(again.id));
  });
});

describe("what is answered is a key that exists", () => {
  for (const kind of [...YANDEX_KINDS, "aws:AccessKey"]) {
    test(`${kind}: after a rotation that failed, and after one whose key somebody deleted`, async (t) => {
      const world = await RotatorWorld.start(t, {
        iam: await startForTest(t, { honoursIdempotencyKey: true, rsaKeyPool: 3 }),
      });
      const request = kind.startsWith("aws:") ? world.awsKey : { ...world.staticKey, kind };
      const account = kind.startsWith("aws:") ? world.iam.userName : world.iam.serviceAccountId;
      const state = await world.rotate(request, null);
      const operation = {
        "yandex:ServiceAccountKey": "IamToken.create",
        "yandex:StaticAccessKey": "s3:ListBuckets",
        "aws:AccessKey": "aws:GetCallerIdentity",
      }[kind];
      if (operation) {
        world.iam.fail({
          operation,
          times: 999,
          fault: {
            status: 403,
            code: kind.startsWith("aws:") ? "InvalidClientTokenId" : "InvalidAccessKeyId",
          },
        });
        const failed = await world.call({ ...request, verify: { timeout: "2s" } }, state);
        assert.equal(failed.status, 502, failed.body.id);
        world.iam.clearFaults();
      } else {
        world.iam.fail({ operation: "ApiKey.create", times: 9, fault: { status: 500, when: "after" } });
        assert.notEqual((await world.call(request, state)).status, 200);
        world.iam.clearFaults();
      }
      // The trial has slept on the test's clock, by which the next key signs.
      world.ports.time = Date.now();
      const next = await world.rotate(request, state);
      assert.ok(world.idsOf(account).includes(next.id));
      // The same once more is answered with that key for as long as it is there.
      assert.equal((await world.rotate(request, state)).id, next.id);
      world.iam.remove(next.id);
      const another = await world.rotate(request, state);
      assert.notEqual(another.id, next.id);
      assert.ok(world.idsOf(account).includes(another.id));
    });
  }

  test("where its server says that it made a key which is not there, it is not handed out", async (t) => {
    const world = await RotatorWorld.start(t);
    const request = { ...world.staticKey, kind: "yandex:ApiKey" };
    const first = await world.rotate(request, null);
    world.iam.fail({ operation: "ApiKey.create", fault: { pause: "after" } });
    const call = world.call(request, first);
    const held = await world.iam.held();
    const made = world.idsOf().find((id) => id !== first.id) ?? assert.fail("no key");
    world.iam.remove(made);
    held.release();
    const { status, body } = await call;
    assert.equal(status, 502);
    assert.match(String(body.error), new RegExp(`${made} is not among the keys|NOT_FOUND`));
    const next = await world.rotate(request, first);
    world.assertKeys([first.id, next.id]);
  });
});
