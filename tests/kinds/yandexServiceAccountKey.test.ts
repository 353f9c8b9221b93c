import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey } from "node:crypto";
import { test } from "node:test";
import { yandex } from "../../sdk/index.ts";
import { startKindWorld } from "../support/kindWorld.ts";
import { register, resolved } from "../support/registration.ts";
import { exchangeKeyFile, statusWithToken } from "../support/yandexApi.ts";
import { everyKindMust } from "./suite.ts";
import { yandexKeysMust } from "./yandexKeys.ts";

const kind = {
  type: "yandex:ServiceAccountKey",
  make: (name: string, args: object) => new yandex.ServiceAccountKey(name, args),
};

everyKindMust({
  ...kind,
  newOwner: (iam) => iam.addServiceAccount(),
  leastInputs: (serviceAccountId) => ({ serviceAccountId }),
  everyInput: (serviceAccountId) => ({
    serviceAccountId,
    description: "pipeline",
    format: "PEM_FILE",
    keyAlgorithm: "RSA_2048",
    tagDescription: false,
    keepers: { generation: "1" },
    rotate: { every: "90d" },
    verify: false,
  }),
  outputs: [
    "mark",
    "serviceAccountId",
    "createdAt",
    "description",
    "keyAlgorithm",
    "publicKey",
    "privateKey",
  ],
  secrets: ["privateKey"],
  createOperation: "Key.create",
  verifyOperation: "IamToken.create",
  deleteOperation: "Key.delete",
  sweep: ["Key.list"],
  replacing: (iam) => ({
    serviceAccountId: iam.addServiceAccount(),
    keyAlgorithm: "RSA_4096",
    format: "DER_FILE",
    keepers: { generation: "2" },
  }),
  inPlace: { property: "description", to: "another pipeline", operations: ["Key.update"] },
  drift: { patch: { description: "by hand" }, updateOperation: "Key.update" },
  async works(iam, id, { serviceAccountId, privateKey }) {
    const { status, iamToken } = await exchangeKeyFile(iam, {
      id,
      service_account_id: String(serviceAccountId),
      private_key: String(privateKey),
    });
    if (status !== 200) return false;
    assert.equal(await statusWithToken(iam, String(iamToken), String(serviceAccountId)), 200);
    return true;
  },
  omittable: "privateKey",
  omittedField: /Key\.create .*\bprivateKey\b/,
  deletableWithoutSecret: true,
});

yandexKeysMust({ ...kind, service: "Key", untried: { verify: false } });

test("the key pair is of the size that was asked for, and the halves belong together", async () => {
  await using world = await startKindWorld();
  const { registration } = await register((name) => kind.make(name, {}));
  const { outputs } = await world.up({
    ...registration.inputs,
    serviceAccountId: world.iam.serviceAccountId,
    keyAlgorithm: "RSA_4096",
  });
  const [line, ...pem] = String(outputs.privateKey).split("\n");
  assert.match(String(line), /^PLEASE DO NOT REMOVE THIS LINE! Yandex\.Cloud SA Key ID <aje\w+>$/);
  const privateKey = createPrivateKey(pem.join("\n"));
  assert.equal(privateKey.asymmetricKeyDetails?.modulusLength, 4096);
  assert.equal(createPublicKey(privateKey).export({ type: "spki", format: "pem" }), outputs.publicKey);
  assert.equal(outputs.keyAlgorithm, "RSA_4096");
});

test("without serviceAccountId the key is the caller's own, of a user account too", async () => {
  await using world = await startKindWorld();
  const { registration } = await register((name) => kind.make(name, {}));
  const { id, outputs, inputs } = await world.up(registration.inputs);
  assert.match(String(outputs.userAccountId), /^aje/);
  assert.equal("serviceAccountId" in outputs, false);
  assert.deepEqual((await world.provider.read(id, outputs)).outputs, outputs);
  assert.equal((await world.provider.diff(id, outputs, inputs)).changes, false);
});

test("keyFile is the JSON that yc reads, is secret, and is put together from the other outputs", async () => {
  await using world = await startKindWorld();
  const { serviceAccountId } = world.iam;
  const { registration } = await register((name) => kind.make(name, { serviceAccountId }));
  const { id, outputs } = await world.up(registration.inputs);
  const { resource } = await register((name) => kind.make(name, { serviceAccountId }), {
    id,
    state: outputs,
  });
  const { value, secret } = await resolved(resource.keyFile);
  assert.equal(secret, true);
  assert.deepEqual(JSON.parse(value), {
    id,
    service_account_id: serviceAccountId,
    created_at: outputs.createdAt,
    key_algorithm: "RSA_2048",
    public_key: outputs.publicKey,
    private_key: outputs.privateKey,
  });
  assert.equal((await exchangeKeyFile(world.iam, JSON.parse(value))).status, 200);
});
