import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { describe, test } from "node:test";
import * as age from "age-encryption";
import { compactDecrypt } from "jose";
import type { Properties } from "../../provider/kinds/kind.ts";
import { aws, yandex } from "../../sdk/index.ts";
import { begin, STATIC_KEY } from "../../simulation/rotatingKinds.ts";
import { Stack } from "../../simulation/stack.ts";
import { DAY, startWorld, type World } from "../../simulation/world.ts";
import { assertHides } from "../security/support/exposure.ts";
import { register, resolved } from "../support/registration.ts";

const reader = generateKeyPairSync("ec", { namedCurve: "P-256" });
const jwk = reader.publicKey.export({ format: "jwk" }) as Record<string, unknown>;
const encryptTo = { jwk };

async function decrypted(jwe: unknown): Promise<string> {
  const { plaintext } = await compactDecrypt(String(jwe), reader.privateKey);
  return new TextDecoder().decode(plaintext);
}

/** The resources with a secret, and what each is made with. */
const KINDS: Readonly<Record<string, (world: World) => Properties>> = {
  "yandex:ServiceAccountKey": ({ iam }) => ({ serviceAccountId: iam.serviceAccountId }),
  "yandex:StaticAccessKey": ({ iam }) => ({ serviceAccountId: iam.serviceAccountId }),
  "yandex:ApiKey": ({ iam }) => ({
    serviceAccountId: iam.serviceAccountId,
    scopes: ["yc.ai.foundationModels.execute"],
  }),
  "yandex:IamToken": ({ iam }) => ({ serviceAccountId: iam.serviceAccountId }),
  "yandex:EphemeralAccessKey": ({ iam }) => ({
    subjectId: iam.serviceAccountId,
    sessionName: "s",
    duration: "12h",
  }),
  "aws:AccessKey": ({ iam }) => ({ userName: iam.userName }),
};

/** What the server has made, and nobody but the reader may see. */
function made(world: World, before: readonly string[]): string[] {
  return world.iam.secrets().filter((secret) => !before.includes(secret));
}

for (const [type, inputsOf] of Object.entries(KINDS)) {
  test(`${type}: the state holds what the reader alone can read`, async () => {
    await using world = await startWorld();
    const before = world.iam.secrets();
    const stack = new Stack(world, type);
    const run = await stack.run({ ...inputsOf(world), encryptTo });
    assert.equal(run.error, undefined);
    const secrets = made(world, before);
    assert.ok(secrets.length > 0);
    assertHides(JSON.stringify([stack.stored, run.warnings]), secrets, "the state");
    const { outputs } = stack.stored ?? assert.fail();
    const names = Object.keys(outputs).filter((name) => /^encrypted(?!To$)/.test(name));
    assert.ok(names.length > 0);
    for (const name of names)
      assert.ok(secrets.includes((await decrypted(outputs[name])).replace(/^PLEASE.*\n/, "")), name);
    assert.equal(typeof outputs.encryptedTo, "string");

    assert.equal((await stack.run({ ...inputsOf(world), encryptTo })).did, "nothing");
    await stack.refresh();
    assert.equal((await stack.run({ ...inputsOf(world), encryptTo })).did, "nothing");
    const open = await stack.run(inputsOf(world));
    assert.deepEqual([open.did, open.because], ["replace", ["encryptTo"]]);
    assert.equal(
      names.some((name) => name in (stack.stored?.outputs ?? {})),
      false,
    );
    assert.deepEqual((await stack.run({ ...inputsOf(world), encryptTo })).because, ["encryptTo"]);
    assertHides(JSON.stringify(stack.stored), made(world, before), "the state");
  });
}

describe("encryptTo", () => {
  test("a rotating resource encrypts each key that it makes", async () => {
    await using s = await begin(STATIC_KEY, { ...STATIC_KEY.policy, encryptTo });
    s.world.advance(30 * DAY);
    assert.equal((await s.run()).error, undefined);
    const secrets = s.world.keysOf(s.owner).map(({ id }) => id);
    assert.deepEqual([s.current?.id, s.previous?.id].sort(), secrets.sort());
    for (const key of [s.current, s.previous]) {
      assert.equal(key?.secretAccessKey, undefined);
      assert.match(await decrypted(key?.encryptedSecretAccessKey), /^.{40}$/);
    }
    assert.equal((await s.run({ encryptTo: undefined })).did, "update");
    assert.equal(typeof s.current?.secretAccessKey, "string", "a sink that is taken away makes a new key");
    assert.equal((await s.run({ encryptTo: undefined })).did, "nothing");
  });

  test("a key that cannot be encrypted to is refused before anything is sent", async () => {
    await using world = await startWorld();
    const { d } = reader.privateKey.export({ format: "jwk" });
    const identity = await age.generateIdentity();
    for (const [to, problem] of [
      [{ jwk: { ...jwk, d } }, /encryptTo\.jwk is a private key/],
      [{ age: identity }, /encryptTo\.age is a private key/],
      [{ pgp: "nonsense" }, /encryptTo\.pgp is not an OpenPGP key/],
      [{ jwk, age: await age.identityToRecipient(identity) }, /exactly one of pgp, jwk and age/],
    ] as const) {
      const stack = new Stack(world, "yandex:StaticAccessKey");
      const run = await stack.run({ serviceAccountId: world.iam.serviceAccountId, encryptTo: to });
      assert.match(String(run.error), problem);
      assertHides(String(run.error), [String(d), identity], "the error");
      assert.deepEqual(run.operations, []);
    }
  });

  test("two places at once are refused", async () => {
    await using world = await startWorld();
    const both = { encryptTo, outputToSecretsManager: { secretId: "uploads" } };
    const run = await new Stack(world, "aws:AccessKey").run({ userName: world.iam.userName, ...both });
    assert.match(
      String(run.error),
      /encryptTo and outputToSecretsManager cannot be given together: a secret goes to one place/,
    );
  });

  test("a create that is left half done leaves no secret in the state, and the next run makes another key", async () => {
    await using world = await startWorld();
    const before = world.iam.secrets();
    const stack = new Stack(world, "aws:AccessKey");
    const inputs = { userName: world.iam.userName, status: "Inactive", encryptTo };
    world.iam.fail({ operation: "aws:UpdateAccessKey", fault: { status: 403, code: "AccessDenied" } });
    assert.match(String((await stack.run(inputs)).error), /was made and is kept/);
    assertHides(JSON.stringify(stack.stored), made(world, before), "the state");
    const run = await stack.run(inputs);
    assert.deepEqual([run.did, run.error], ["replace", undefined]);
    assert.deepEqual(
      world.keysOf(world.iam.userName).map(({ id }) => id),
      [stack.stored?.id],
    );
  });

  test("what the type says is what there is", async () => {
    const { resource } = await register(
      (name) => new yandex.StaticAccessKey(name, { encryptTo: { age: "age1" } }),
    );
    // @ts-expect-error There is no plaintext.
    assert.equal(resource.secretAccessKey, undefined);
    assert.ok(resource.encryptedSecretAccessKey && resource.encryptedTo && resource.accessKeyId);
    const { resource: rotating } = await register(
      (name) => new yandex.RotatingServiceAccountKey(name, { encryptTo }),
      { id: "id", state: { current: { id: "aje", encryptedPrivateKey: "…" } } },
    );
    // @ts-expect-error Nor what is made of it.
    assert.equal(rotating.keyFile, undefined);
    assert.equal((await resolved(rotating.current.encryptedPrivateKey)).value, "…");
    const { resource: labelled } = await register(
      (name) => new aws.AccessKey(name, { outputToSecretsManager: { secretId: "uploads" } }),
    );
    // @ts-expect-error Nor the password.
    const password = () => labelled.sesSmtpPassword;
    assert.throws(password, /no SMTP password of a key whose secret is kept out of the state/);
    assert.ok(labelled.secretsManagerVersionId);
    const { resource: open } = await register((name) => new yandex.StaticAccessKey(name, {}));
    assert.ok(open.secretAccessKey);
    // @ts-expect-error There is no ciphertext.
    assert.equal(open.encryptedSecretAccessKey, undefined);
  });
});
