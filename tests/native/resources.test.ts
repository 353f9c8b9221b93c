import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { startLocalIam } from "../../local/iam/index.ts";
import { UNKNOWN } from "../support/dynamicProvider.ts";
import { CallFailed, inTheOpen, NativeProvider, revealed, secret, urnOf } from "../support/nativeProvider.ts";

const PLAIN = urnOf("yandex:StaticAccessKey");
const ROTATING = urnOf("yandex:RotatingStaticAccessKey");

/** A server with keys, and the plugin configured for it. */
async function startWorld() {
  const iam = await startLocalIam();
  const provider = await NativeProvider.start({ environment: { ...iam.environment } });
  await provider.configure();
  const close = async () => {
    await provider.close();
    await iam.close();
  };
  return { iam, provider, [Symbol.asyncDispose]: close };
}

/** Checks and creates, as an engine does. */
async function up(provider: NativeProvider, urn: string, news: Record<string, unknown>) {
  const { inputs, failures } = await provider.check(urn, {}, news);
  assert.deepEqual(failures, []);
  return { ...(await provider.create(urn, inputs)), inputs };
}

describe("the plugin", { concurrency: true }, () => {
  test("knows the owner by the URN, and refuses to be told one", async () => {
    await using world = await startWorld();
    const { iam, provider } = world;
    const { serviceAccountId } = iam;
    const child = "urn:pulumi:dev::shop::test:index:Site$iam-keys:yandex:StaticAccessKey::a::b";
    const { inputs } = await provider.check(child, {}, { serviceAccountId });
    assert.match(String(inputs.owner), /^shop\/dev\/a::b@[0-9a-f]{8}$/);
    const { failures } = await provider.check(PLAIN, {}, { serviceAccountId, owner: "shop/dev/other" });
    assert.deepEqual(failures, [
      { property: "", reason: "owner is not an argument of yandex:StaticAccessKey" },
    ]);
  });

  test("marks secrets, also in keys, and whatever the program made one", async () => {
    await using world = await startWorld();
    const { iam, provider } = world;
    const news = { serviceAccountId: iam.serviceAccountId, description: secret("canary of a test") };
    for (const urn of [PLAIN, ROTATING]) {
      const { id, outputs, inputs } = await up(provider, urn, news);
      assert.deepEqual(inputs.description, news.description);
      const found = await provider.read(urn, id, outputs, inputs);
      assert.deepEqual(found.outputs, outputs);
      const wanted = { ...inputs, keepers: { a: "1" } };
      const updated = urn === ROTATING ? await provider.update(urn, id, outputs, wanted) : {};
      for (const properties of [outputs, updated]) {
        const open = JSON.stringify(inTheOpen(properties));
        assert.ok(!open.includes("canary"));
        for (const value of iam.secrets()) assert.ok(!open.includes(value));
      }
    }
  });

  test("foresees what a create gives, and of an update all but what a new key brings", async () => {
    await using world = await startWorld();
    const { iam, provider } = world;
    const news = { serviceAccountId: iam.serviceAccountId, rotate: { every: "30d" } };
    const { inputs } = await provider.check(ROTATING, {}, news);
    const { outputs: foreseen } = await provider.create(ROTATING, inputs, { preview: true });
    assert.deepEqual(foreseen.serviceAccountId, news.serviceAccountId);
    assert.deepEqual(revealed(foreseen.secretAccessKey), UNKNOWN);
    assert.deepEqual(
      [foreseen.current, foreseen.accessKeyId, "previous" in foreseen],
      [UNKNOWN, UNKNOWN, false],
    );
    assert.deepEqual(iam.requests, []);

    const { id, outputs } = await provider.create(ROTATING, inputs);
    const foresee = async (changes: object) => {
      const wanted = { ...inputs, ...changes };
      const { detailed } = await provider.diff(ROTATING, id, outputs, wanted, inputs);
      return { detailed, after: await provider.update(ROTATING, id, outputs, wanted, { preview: true }) };
    };
    const described = await foresee({ description: "uploads" });
    assert.deepEqual(described.detailed, { description: "ADD" });
    const { description: _, current, ...others } = described.after;
    assert.deepEqual({ ...others, current: { ...(current as object), description: "" } }, outputs);
    assert.equal((current as { description: string }).description, "uploads");
    const renewed = await foresee({ keepers: { a: "1" } });
    assert.deepEqual(renewed.detailed, { keepers: "ADD" });
    for (const name of ["current", "accessKeyId", "createdAt"])
      assert.equal(revealed(renewed.after[name]), UNKNOWN, name);
    assert.deepEqual(renewed.after.secretAccessKey, secret(UNKNOWN));
    const moved = await foresee({ serviceAccountId: UNKNOWN });
    assert.deepEqual(moved.detailed, { serviceAccountId: "UPDATE_REPLACE" });
    assert.equal(iam.keys().length, 1);
  });

  test("keeps a key in the state that could not be finished, with its secrets as such", async () => {
    await using world = await startWorld();
    const { iam, provider } = world;
    const urn = urnOf("aws:AccessKey");
    iam.addUser("mailer");
    iam.fail({ operation: "aws:UpdateAccessKey", times: 9, fault: { status: 403, message: "You may not." } });
    const news = { userName: "mailer", status: "Inactive", verify: false };
    await assert.rejects(up(provider, urn, news), (error: Error) => {
      assert.ok(error instanceof CallFailed && error.kept);
      const { id, properties, reasons } = error.kept;
      assert.equal(id, iam.keys()[0]?.id);
      assert.match(reasons.join(), /was made and is kept.*You may not/);
      assert.equal(properties.accessKeyId, id);
      assert.ok(properties.secretAccessKey);
      for (const value of iam.secrets()) assert.ok(!JSON.stringify(inTheOpen(properties)).includes(value));
      return true;
    });
  });

  test("ends its waiting when customTimeouts says so, or the run is cancelled, and leaves no key that nobody has", async () => {
    await using world = await startWorld();
    const { iam, provider } = world;
    iam.fail({ operation: "s3:ListBuckets", times: 99, fault: { status: 403, code: "InvalidAccessKeyId" } });
    const { inputs } = await provider.check(PLAIN, {}, { serviceAccountId: iam.serviceAccountId });
    await assert.rejects(
      provider.create(PLAIN, inputs, { timeout: 0.1 }),
      /customTimeouts.*\[TIMEOUT\].*Key \w+, which cannot be used, was deleted again/,
    );
    assert.deepEqual(iam.keys(), []);
    const created = provider.create(PLAIN, inputs);
    await Promise.all([
      assert.rejects(created, /cancelled.*\[CANCELLED\].*Key \w+, which cannot be used, was deleted again/),
      provider.cancel(),
    ]);
    assert.deepEqual(iam.keys(), []);
  });
});
