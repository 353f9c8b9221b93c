import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Fault } from "../../local/iam/index.ts";
import type { Properties } from "../../provider/kinds/kind.ts";
import { loadLifecycle } from "../../provider/lifecycle/loadLifecycle.ts";
import { Session } from "../../provider/session.ts";
import { UNKNOWN } from "../../provider/unknown.ts";
import { isAccepted } from "../../simulation/consumer.ts";
import { Begun, STATIC_KEY } from "../../simulation/rotatingKinds.ts";
import { Stack } from "../../simulation/stack.ts";
import { DAY, HOUR, startWorld } from "../../simulation/world.ts";
import { assertHides } from "../security/support/exposure.ts";
import { lockboxSecret } from "./lockboxSecret.ts";

/** A stack with a rotating key whose secrets go to Lockbox; not yet run. */
async function start(change: Properties = {}) {
  const world = await startWorld();
  const secret = lockboxSecret(world.iam);
  const outputToLockbox = {
    secretId: secret.secretId,
    entryForSecretAccessKey: "secret",
    entryForAccessKeyId: "id",
    ...change,
  };
  const s = new Begun(STATIC_KEY, world, { ...STATIC_KEY.policy, outputToLockbox });
  return Object.assign(s, { ...secret, outputToLockbox });
}

describe("outputToLockbox", () => {
  test("the current version has the current key, and that of the previous one stays until it is retired", async () => {
    await using s = await start();
    await s.put("others", "stay");
    const before = s.world.iam.secrets();
    const run = await s.run();
    assert.equal(run.error, undefined);
    assert.deepEqual(run.operations, [
      "AccessKey.create",
      "s3:ListBuckets",
      "Secret.addVersion",
      "AccessKey.list",
    ]);
    const secrets = s.world.iam.secrets().filter((secret) => !before.includes(secret));
    assertHides(JSON.stringify([s.stack.stored, run.warnings]), secrets, "the state");
    const first = s.current;
    const { secret, id, others } = await s.read();
    assert.deepEqual([id, others], [first?.accessKeyId, "stay"]);
    assert.equal(await isAccepted(s.world, "", { accessKeyId: id, secretAccessKey: secret }), true);
    assert.equal(first?.lockboxSecretId, s.secretId);
    assert.equal((await s.run()).did, "nothing");

    s.world.advance(30 * DAY);
    assert.equal((await s.run()).error, undefined);
    assert.equal((await s.read()).id, s.current?.accessKeyId);
    assert.deepEqual(
      [first?.lockboxVersionId, s.current?.lockboxVersionId].map(String).sort(),
      Object.entries(await s.statuses())
        .filter(([version, status]) => status === "ACTIVE" && version !== "")
        .map(([version]) => version)
        .filter((version) => version === first?.lockboxVersionId || version === s.current?.lockboxVersionId)
        .sort(),
    );
    s.world.advance(7 * DAY);
    assert.equal((await s.run()).error, undefined);
    assert.equal(s.previous, undefined);
    const statuses = await s.statuses();
    assert.equal(statuses[String(first?.lockboxVersionId)], "SCHEDULED_FOR_DESTRUCTION");
    assert.equal(statuses[String(s.current?.lockboxVersionId)], "ACTIVE");
    // Whoever reads the newest version still finds the key in use there, under the same names, and what others have put in.
    const last = await s.read();
    assert.deepEqual([last.id, last.others], [s.current?.accessKeyId, "stay"]);
  });

  test("destroy leaves what others have put into the secret", async () => {
    await using s = await start();
    await s.put("others", "stay");
    await s.run();
    const version = String(s.current?.lockboxVersionId);
    assert.equal((await s.stack.destroy()).error, undefined);
    assert.deepEqual(await s.read(), { others: "stay" });
    assert.equal((await s.statuses())[version], "SCHEDULED_FOR_DESTRUCTION");
    assert.deepEqual(s.world.keysOf(s.owner), []);
  });

  test("destroy ends where Lockbox refuses, and says what stays", async () => {
    await using s = await start();
    await s.run();
    s.world.iam.fail({ operation: "Secret.get", fault: { status: 403 } });
    const { error, warnings } = await s.stack.destroy();
    assert.equal(error, undefined);
    assert.match(String(warnings), /Version \w+ of the Lockbox secret \w+ stays: .*PERMISSION_DENIED/);
    assert.deepEqual(s.world.keysOf(s.owner), []);
  });

  for (const [name, fault, problem] of [
    ["refuses", { status: 403 }, /lockbox\.editor.*|PERMISSION_DENIED/],
    ["has no such secret", { status: 404 }, /NOT_FOUND/],
    ["says so in its operation", { operation: { error: { code: 7, message: "no" } } }, /OPERATION_FAILED/],
  ] as readonly [string, Fault, RegExp][]) {
    test(`no key is left where Lockbox ${name}, and the key before goes on`, async () => {
      await using s = await start();
      await s.run();
      const first = s.current;
      s.world.advance(30 * DAY);
      s.world.iam.fail({ operation: "Secret.addVersion", fault });
      assert.match(String((await s.run()).error), problem);
      assert.deepEqual(s.current, first);
      assert.deepEqual(
        s.world.keysOf(s.owner).map(({ id }) => id),
        [first?.id],
      );
      assert.equal((await s.read()).id, first?.accessKeyId);
      s.world.advance(HOUR);
      assert.equal((await s.run()).error, undefined);
      assert.equal((await s.read()).id, s.current?.accessKeyId);
    });
  }

  for (const [name, fault] of [
    ["its answer is lost", { drop: "after" }],
    ["it fails after its work", { status: 500, when: "after" }],
    ["its operation never ends", { operation: "neverDone", when: "after" }],
  ] as readonly [string, Fault][]) {
    test(`what a consumer reads works where ${name}`, async () => {
      await using s = await start();
      await s.run();
      s.world.advance(30 * DAY);
      s.world.iam.fail({ operation: "Secret.addVersion", fault });
      assert.equal((await s.run()).error, undefined);
      const { id, secret } = await s.read();
      assert.equal(id, s.current?.accessKeyId);
      assert.equal(await isAccepted(s.world, "", { accessKeyId: id, secretAccessKey: secret }), true);
    });
  }

  for (const [name, fault] of [
    ["fails after its work", { status: 500, when: "after" }],
    ["never ends its operation", { operation: "neverDone", when: "after" }],
  ] as readonly [string, Fault][]) {
    test(`the key stays as long as it may be read, where Lockbox ${name}, over and over again`, async () => {
      await using s = await start();
      await s.run();
      s.world.advance(30 * DAY);
      s.world.iam.fail({ operation: "Secret.addVersion", times: Number.POSITIVE_INFINITY, fault });
      assert.match(String((await s.run()).error), /may have been delivered, or not/);
      s.world.iam.clearFaults();
      const { id, secret } = await s.read();
      const works = () => isAccepted(s.world, "", { accessKeyId: id, secretAccessKey: secret });
      assert.equal(await works(), true);
      s.world.advance(HOUR);
      s.world.iam.fail({ operation: "AccessKey.create", fault: { status: 403 } });
      assert.match(String((await s.run()).error), /403/);
      assert.equal(await works(), true);
      assert.equal((await s.run()).error, undefined);
      assert.equal((await s.read()).id, s.current?.accessKeyId);
      assert.deepEqual(
        s.world
          .keysOf(s.owner)
          .map((key) => key.id)
          .sort(),
        s.ids.filter((each) => each !== undefined).sort(),
      );
    });
  }

  test("the key stays where it is not known of the first delivery, and the second is refused", async () => {
    await using s = await start();
    await s.run();
    s.world.advance(30 * DAY);
    s.world.iam.fail({ operation: "Secret.addVersion", fault: { operation: "neverDone", when: "after" } });
    s.world.iam.fail({ operation: "Secret.addVersion", fault: { status: 403 } });
    assert.match(String((await s.run()).error), /may have been delivered, or not.*403/);
    const { id, secret } = await s.read();
    assert.equal(await isAccepted(s.world, "", { accessKeyId: id, secretAccessKey: secret }), true);
    s.world.advance(HOUR);
    const { error, operations } = await s.run();
    assert.equal(error, undefined);
    assert.ok(
      operations.indexOf("Secret.addVersion") < operations.indexOf("AccessKey.delete"),
      `${operations}`,
    );
    assert.equal((await s.read()).id, s.current?.accessKeyId);
  });

  test("entries that a preview does not know yet may be different ones", async () => {
    await using s = await start({ entryForSecretAccessKey: UNKNOWN, entryForAccessKeyId: UNKNOWN });
    const lifecycle = await loadLifecycle(STATIC_KEY.type, new Session(s.world.ports));
    const { outputToLockbox } = s;
    assert.deepEqual(
      (await lifecycle.check({}, { serviceAccountId: s.owner, outputToLockbox })).problems,
      [],
    );
  });

  test("a plain resource is replaced: its new key is in a new version before the old one goes", async () => {
    await using s = await start();
    const stack = new Stack(s.world, "yandex:StaticAccessKey");
    const inputs = { serviceAccountId: s.owner, outputToLockbox: s.outputToLockbox };
    await stack.run({ ...inputs, keepers: { generation: "1" } });
    const first = stack.stored?.outputs;
    const run = await stack.run({ ...inputs, keepers: { generation: "2" } });
    assert.deepEqual(
      [run.did, run.operations.filter((operation) => /addVersion|AccessKey.delete/.test(operation))],
      ["replace", ["Secret.addVersion", "AccessKey.delete"]],
    );
    assert.equal((await s.read()).id, stack.stored?.outputs.accessKeyId);
    assert.equal((await s.statuses())[String(first?.lockboxVersionId)], "SCHEDULED_FOR_DESTRUCTION");
  });

  test("wrong arguments are refused before anything is sent", async () => {
    for (const [change, problem] of [
      [{ entryForAccessKeyId: "secret" }, /outputToLockbox must name a different entry for each value/],
      [
        { entryForSecretAccessKey: "with space" },
        /outputToLockbox.entryForSecretAccessKey must consist only of letters/,
      ],
      [{ entryForSecretAccessKey: undefined }, /outputToLockbox.entryForSecretAccessKey is required/],
      [{ entryForPrivateKey: "key" }, /outputToLockbox has no entryForPrivateKey/],
    ] as const) {
      await using s = await start(change);
      const { error, operations } = await s.run();
      assert.match(String(error), problem);
      assert.deepEqual(operations, []);
    }
  });
});
