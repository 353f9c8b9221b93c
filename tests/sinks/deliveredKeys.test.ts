import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Properties } from "../../provider/kinds/kind.ts";
import { isAccepted } from "../../simulation/consumer.ts";
import { DAY, HOUR } from "../../simulation/world.ts";
import { RotatorWorld } from "../escRotator/support/rotatorWorld.ts";
import { STATIC_KINDS, startTagged, type TaggedKind } from "../orphans/taggedKinds.ts";
import { lockboxSecret } from "./lockboxSecret.ts";

const ENTRIES = { entryForSecretAccessKey: "secret", entryForAccessKeyId: "id" };

/** A resource whose secrets go to Lockbox, made. */
async function begin(kind: TaggedKind) {
  const s = await startTagged(kind);
  const secret = lockboxSecret(s.world.iam);
  const outputToLockbox = { secretId: secret.secretId, ...ENTRIES };
  const program = { outputToLockbox, ...(kind.isRotating ? { overlap: "7d" } : {}) };
  const up = (change: Properties = {}) => s.stack.up({ ...program, ...change });
  assert.equal((await up()).error, undefined);
  return Object.assign(s, {
    ...secret,
    program,
    up,
    version: () => String(s.stack.current.lockboxVersionId),
    /** Who reads the secret gets the current key, and it works; so does who reads its version. */
    async assertReadable(): Promise<void> {
      const version = String(s.stack.current.lockboxVersionId);
      assert.equal((await secret.statuses())[version], "ACTIVE");
      for (const { id, secret: secretAccessKey } of [await secret.read(), await secret.read(version)]) {
        assert.equal(id, s.stack.current.accessKeyId);
        assert.equal(await isAccepted(s.world, "", { accessKeyId: id, secretAccessKey }), true);
      }
    },
  });
}

for (const kind of STATIC_KINDS) {
  describe(`${kind.type} in Lockbox: what was delivered of a key goes with that key alone`, () => {
    test("where the engine replaces the resource without a word", async () => {
      await using s = await begin(kind);
      const version = s.version();
      assert.equal((await s.stack.replaceUntold(s.program)).error, undefined);
      await s.assertReadable();
      assert.notEqual(s.version(), version);
      assert.equal((await s.statuses())[version], "SCHEDULED_FOR_DESTRUCTION");
    });

    test("where a run was killed, at whatever request", async () => {
      for (let after = 0; after <= 5; after++) {
        await using s = await begin(kind);
        s.world.advance(30 * DAY);
        await s.stack.killed(after, () => s.up());
        s.world.advance(HOUR);
        assert.equal((await s.up()).error, undefined);
        await s.assertReadable();
        assert.equal((await s.up()).did, "nothing");
        s.world.advance(30 * DAY);
        assert.equal((await s.up()).error, undefined);
        await s.assertReadable();
      }
    });

    for (const when of ["before", "after"] as const) {
      test(`where Lockbox answers 503 for one run (${when} its work)`, async () => {
        await using s = await begin(kind);
        s.world.advance(30 * DAY);
        const fault = { status: 503, retryAfter: "0", when };
        s.world.iam.fail({ operation: "Secret.addVersion", times: Number.POSITIVE_INFINITY, fault });
        const failed = await s.up();
        assert.match(String(failed.error), /503/);
        s.world.iam.clearFaults();
        s.world.advance(HOUR);
        assert.equal((await s.up()).error, undefined);
        await s.assertReadable();
        s.world.advance(8 * DAY);
        assert.equal((await s.up()).error, undefined);
        await s.assertReadable();
      });
    }

    test("where an interrupted run had made a key that nobody ever got", async () => {
      await using s = await begin(kind);
      await s.plant(`${s.stack.markAfter(1)}?`);
      const version = s.version();
      assert.equal((await s.up({ description: "changed" })).error, undefined);
      assert.equal(s.version(), version);
      await s.assertReadable();
    });

    if (kind.isRotating)
      for (const [what, end, left] of [
        ["the next run withdraws it", "up", "SCHEDULED_FOR_DESTRUCTION"],
        ["a destroy withdraws it", "destroy", "SCHEDULED_FOR_DESTRUCTION"],
        ["the next run deletes the key of an older state, which does not know of it", "olderState", "ACTIVE"],
      ] as const)
        test(`where an order takes the previous key, which cannot be deleted in that run: ${what}`, async () => {
          await using s = await begin(kind);
          const [key, version] = [s.stack.current.id, s.version()];
          s.world.advance(30 * DAY);
          const rotate = { every: "30d" };
          assert.equal((await s.up({ rotate })).error, undefined);
          assert.equal((await s.statuses())[version], "ACTIVE");
          s.world.config["iam-keys:rotateNow"] = "incident-1:*";
          s.world.iam.fail({
            operation: `${kind.service}.delete`,
            fault: { status: 403, message: "You may not." },
          });
          const { error, warnings } = await s.up({ rotate });
          assert.equal(error, undefined);
          assert.match(String(warnings), new RegExp(`${key} is deleted by the next run`));
          // Who reads it still has a key that works.
          assert.equal((await s.statuses())[version], "ACTIVE");
          await s.assertReadable();
          await s.stack.refresh();
          const { stored } = s.stack;
          assert.ok(stored);
          assert.deepEqual(stored.outputs.abandoned, [key]);
          if (end === "olderState") stored.outputs.deliveries = undefined;
          const last = end === "destroy" ? await s.stack.destroy() : await s.up({ rotate });
          assert.equal(last.error, undefined);
          assert.ok(s.world.iam.keys().every(({ id }) => id !== key));
          assert.equal((await s.statuses())[version], left);
          if (end === "destroy") return;
          await s.assertReadable();
          assert.equal(s.stack.stored?.outputs.deliveries, undefined);
          assert.equal((await s.up({ rotate })).did, "nothing");
        });

    for (const how of ["is scheduled for destruction", "is destroyed"]) {
      test(`a refresh sees that its version ${how}, and the next run delivers anew`, async () => {
        await using s = await begin(kind);
        const version = s.version();
        const options = how === "is destroyed" ? { pendingMs: 0 } : {};
        s.world.iam.scheduleVersionDestruction(version, options);
        assert.equal((await s.up()).did, "nothing", "only a refresh looks");
        const refreshed = await s.stack.refresh();
        assert.match(
          String(refreshed.warnings),
          /cannot be read there any more: the next run delivers a new/,
        );
        const run = await s.up();
        assert.equal(run.error, undefined);
        assert.ok(run.operations.includes("Secret.addVersion"), String(run.operations));
        assert.notEqual(s.version(), version);
        await s.assertReadable();
        assert.deepEqual((await s.stack.refresh()).warnings, []);
        assert.equal((await s.up()).did, "nothing");
      });
    }

    test("a refresh by who may not see the versions leaves them as they are", async () => {
      await using s = await begin(kind);
      const version = s.version();
      s.world.iam.fail({ operation: "Secret.listVersions", fault: { status: 403 } });
      assert.deepEqual((await s.stack.refresh()).warnings, []);
      assert.equal((await s.up()).did, "nothing");
      assert.equal(s.version(), version);
    });
  });
}

test("the ESC rotator delivers to Lockbox, and after a restart withdraws what was delivered of the key that goes", async (t) => {
  const world = await RotatorWorld.start(t);
  const { statuses, read, secretId } = lockboxSecret(world.iam);
  const request = { ...world.staticKey, outputToLockbox: { secretId, ...ENTRIES } };
  let state = await world.rotate(request, null);
  for (let rotation = 0; rotation < 3; rotation++) {
    const gone = (state.previous as Properties | undefined)?.lockboxVersionId;
    await world.restart();
    state = await world.rotate(request, state);
    const seen = await statuses();
    const { lockboxVersionId: current } = state;
    for (const version of [current, state.previous?.lockboxVersionId])
      assert.equal(seen[String(version)], "ACTIVE");
    assert.equal((await read()).id, state.accessKeyId);
    if (gone !== undefined) assert.equal(seen[String(gone)], "SCHEDULED_FOR_DESTRUCTION");
  }
});

test("the ESC rotator withdraws what was delivered of a key that an earlier call could not delete", async (t) => {
  const world = await RotatorWorld.start(t);
  const { statuses, secretId } = lockboxSecret(world.iam);
  const request = { ...world.staticKey, outputToLockbox: { secretId, ...ENTRIES } };
  const first = await world.rotate(request, null);
  const second = await world.rotate(request, first);
  world.iam.fail({ operation: "AccessKey.delete", fault: { status: 403 } });
  const third = await world.rotate(request, second);
  const version = String(first.lockboxVersionId);
  assert.equal((await statuses())[version], "ACTIVE");
  await world.restart();
  const fourth = await world.rotate(request, third);
  world.assertKeys([third.id, fourth.id]);
  assert.equal((await statuses())[version], "SCHEDULED_FOR_DESTRUCTION");
  assert.deepEqual(
    [third, fourth].map(({ rotation }) => (rotation as Properties).deliveries),
    [
      [
        {
          id: first.id,
          outputToLockbox: request.outputToLockbox,
          lockboxSecretId: secretId,
          lockboxVersionId: version,
        },
      ],
      undefined,
    ],
  );
});
