import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, test } from "node:test";
import { yandex } from "../../sdk/index.ts";
import { startKindWorld } from "../support/kindWorld.ts";
import { register } from "../support/registration.ts";
import { everyKindMust } from "./suite.ts";

const newClient = () => `aje${randomUUID().slice(0, 8)}`;

everyKindMust({
  type: "yandex:OAuthClientSecret",
  make: (name, args) => new yandex.OAuthClientSecret(name, args as unknown as yandex.OAuthClientSecretArgs),
  newOwner: newClient,
  leastInputs: (oauthClientId) => ({ oauthClientId }),
  everyInput: (oauthClientId) => ({
    oauthClientId,
    description: "login",
    tagDescription: false,
    keepers: { generation: "1" },
    rotate: { every: "90d" },
  }),
  outputs: ["mark", "oauthClientId", "createdAt", "description", "maskedSecret", "secret"],
  secrets: ["secret"],
  createOperation: "OAuthClientSecret.create",
  deleteOperation: "OAuthClientSecret.delete",
  sweep: ["OAuthClientSecret.list"],
  replacing: () => ({
    oauthClientId: newClient(),
    description: "another",
    tagDescription: true,
    keepers: { generation: "2" },
  }),
  inPlace: { property: "rotate", to: { every: "90d", window: { timeZone: "UTC" } }, operations: [] },
  // No service that takes such secrets is served.
  works: async (iam, id) => iam.keys().some((key) => key.id === id),
  omittable: "response.secretValue",
  omittedField: /OAuthClientSecret\.create .*\bsecretValue\b/,
  deletableWithoutSecret: true,
});

describe("yandex:OAuthClientSecret", () => {
  async function begin(operationMs = 0) {
    const world = await startKindWorld({ operationMs });
    const oauthClientId = newClient();
    const args = { oauthClientId, description: "login" };
    const { registration } = await register((name) => new yandex.OAuthClientSecret(name, args));
    const idsOf = () => world.iam.keys().flatMap(({ id, owner }) => (owner === oauthClientId ? id : []));
    return {
      world,
      news: registration.inputs,
      idsOf,
      [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
    };
  }

  test("create waits for its Operation, and takes the secret out of it", async () => {
    await using s = await begin(300);
    const { result, operations } = await s.world.during(() => s.world.up(s.news));
    assert.equal(operations[0], "OAuthClientSecret.create");
    assert.ok(operations.includes("Operation.get"));
    assert.match(String(result.outputs.secret), /^yccs__[0-9a-f]{64}_[0-9a-f]{8}$/);
    assert.match(String(result.outputs.maskedSecret), /^yccs__[0-9a-f]{10}\*{4}$/);
    assert.deepEqual(s.idsOf(), [result.id]);
  });

  test("a create whose Operation fails says so, and leaves nothing", async () => {
    await using s = await begin();
    const error = { code: 9, message: "The client is blocked." };
    s.world.iam.fail({ operation: "OAuthClientSecret.create", fault: { operation: { error } } });
    await assert.rejects(
      s.world.up(s.news),
      /began and then failed: The client is blocked\..*OPERATION_FAILED/,
    );
    assert.deepEqual(s.idsOf(), []);
  });

  test("a secret whose Operation cannot be read to its end is deleted again", async () => {
    await using s = await begin(300);
    s.world.iam.fail({ operation: "Operation.get", fault: { status: 403 } });
    await assert.rejects(s.world.up(s.news), /which cannot be used, was deleted again/);
    assert.deepEqual(s.idsOf(), []);
  });

  test("the description on the server is as it was made: with the tag of its first name, and never on trial", async () => {
    await using s = await begin();
    const { id, outputs, inputs } = await s.world.up(s.news);
    const described = () => s.world.iam.keys().find((key) => key.id === id)?.description;
    assert.equal(described(), `login [pulumi ${outputs.owner} #${outputs.mark}]`);
    const renamed = { ...inputs, owner: "project/stack/renamed" };
    const held = await s.world.provider.update(id, outputs, renamed);
    assert.equal(held.owner, renamed.owner);
    const found = await s.world.provider.read(id, held);
    assert.deepEqual([found.inputs, found.outputs.description], [undefined, "login"]);
  });
});
