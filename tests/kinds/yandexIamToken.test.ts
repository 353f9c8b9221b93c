import assert from "node:assert/strict";
import { test } from "node:test";
import { yandex } from "../../sdk/index.ts";
import { startKindWorld } from "../support/kindWorld.ts";
import { register } from "../support/registration.ts";
import { statusWithToken } from "../support/yandexApi.ts";
import { everyKindMust } from "./suite.ts";

const HOUR_MS = 60 * 60 * 1000;
const make = (name: string, args: object) => new yandex.IamToken(name, args as yandex.IamTokenArgs);

everyKindMust({
  type: "yandex:IamToken",
  make,
  newOwner: (iam) => iam.addServiceAccount(),
  leastInputs: (serviceAccountId) => ({ serviceAccountId }),
  everyInput: (serviceAccountId) => ({
    serviceAccountId,
    minTtl: "30m",
    keepers: { generation: "1" },
    rotate: { every: "6h" },
  }),
  outputs: ["serviceAccountId", "iamToken", "expiresAt"],
  secrets: ["iamToken"],
  createOperation: "IamToken.createForServiceAccount",
  deleteOperation: "IamToken.revoke",
  sweep: [],
  replacing: (iam) => ({ serviceAccountId: iam.addServiceAccount(), keepers: { generation: "2" } }),
  inPlace: { property: "minTtl", to: "PT2H", operations: [] },
  works: async (iam, _id, { iamToken, serviceAccountId }) =>
    (await statusWithToken(iam, String(iamToken), iam.serviceAccountId)) === 200 && serviceAccountId !== "",
  omittable: "iamToken",
  omittedField: /IamToken\.createForServiceAccount .*\biamToken\b/,
  deletableWithoutSecret: false,
});

async function token(serviceAccountId: string, args: object = {}) {
  const { registration } = await register((name) => make(name, { serviceAccountId, ...args }));
  return registration.inputs;
}

const nameIn = ({ owner }: { owner?: unknown }) => String(owner).split("/").at(-1);

test("a token with less than minTtl left is replaced, with the reason in words", async () => {
  // The server lives in the past, so that its tokens have half an hour left.
  await using world = await startKindWorld({ now: () => new Date(Date.now() - 11.5 * HOUR_MS) });
  const { id, outputs, inputs } = await world.up(await token(world.iam.serviceAccountId));
  assert.deepEqual(await world.provider.diff(id, outputs, inputs), {
    changes: true,
    replaces: ["expiresAt"],
    deleteBeforeReplace: false,
  });
  assert.equal(
    world.provider.output,
    `${nameIn(inputs)} (yandex:IamToken): new key: it expires at ${outputs.expiresAt}, so less than minTtl (1h) is left; it takes the place of ${id}.\n`,
  );
  const patient = { ...inputs, minTtl: "20m" };
  assert.deepEqual((await world.provider.diff(id, outputs, patient)).replaces, []);
  const updated = await world.provider.update(id, outputs, patient);
  assert.equal((await world.provider.diff(id, updated, patient)).changes, false);
});

test("an expired token is gone, and nothing is asked for to see or to delete it", async () => {
  await using world = await startKindWorld({ now: () => new Date(Date.now() - 13 * HOUR_MS) });
  const { id, outputs } = await world.up(await token(world.iam.serviceAccountId));
  const { result, operations } = await world.during(async () => {
    const found = await world.provider.read(id, outputs);
    await world.provider.delete(id, outputs);
    return found;
  });
  assert.equal(result.id, "");
  assert.deepEqual(operations, []);
});

test("a token that the server does not know any more counts as revoked", async () => {
  await using world = await startKindWorld();
  const { id, outputs } = await world.up(await token(world.iam.serviceAccountId));
  world.iam.remove(world.iam.keys()[0]?.id ?? "");
  world.iam.fail({ operation: "IamToken.revoke", fault: { status: 400, message: "Invalid token" } });
  await world.provider.delete(id, outputs);
});

test("a token that still works although its revocation failed is reported", async () => {
  await using world = await startKindWorld();
  const { id, outputs } = await world.up(await token(world.iam.serviceAccountId));
  world.iam.fail({ operation: "IamToken.revoke", fault: { status: 403, message: "You may not." } });
  await assert.rejects(
    world.provider.delete(id, outputs),
    /IamToken\.revoke was refused: You may not\. \[PERMISSION_DENIED/,
  );
});

test("the id of a token tells nothing of it", async () => {
  await using world = await startKindWorld();
  const { id } = await world.up(await token(world.iam.serviceAccountId));
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/);
});
