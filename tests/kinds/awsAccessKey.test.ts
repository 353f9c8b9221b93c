import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, test } from "node:test";
import type { Fault } from "../../local/iam/index.ts";
import { aws } from "../../sdk/index.ts";
import type { Properties } from "../support/dynamicProvider.ts";
import { type KindWorld, startKindWorld } from "../support/kindWorld.ts";
import { register } from "../support/registration.ts";
import { awsAccepts } from "../support/signedRequests.ts";
import { everyKindMust, initFailureOf } from "./suite.ts";

const make = (name: string, args: object) => new aws.AccessKey(name, args);
const newUserName = () => `user-${randomBytes(6).toString("hex")}`;

everyKindMust({
  type: "aws:AccessKey",
  make,
  newOwner: (iam) => iam.addUser(newUserName()),
  leastInputs: (userName) => ({ userName }),
  everyInput: (userName) => ({
    userName,
    status: "Inactive",
    keepers: { generation: "1" },
    rotate: { every: "90d" },
    verify: false,
  }),
  outputs: ["userName", "secretAccessKey", "status", "createDate"],
  secrets: ["secretAccessKey"],
  // What was there before is not of a create whose outcome is unknown.
  beforeCreate: ["aws:ListAccessKeys"],
  createOperation: "aws:CreateAccessKey",
  verifyOperation: "aws:GetCallerIdentity",
  trials: 3,
  deleteOperation: "aws:DeleteAccessKey",
  sweep: [],
  replacing: (iam) => ({ userName: iam.addUser(newUserName()), keepers: { generation: "2" } }),
  inPlace: { property: "status", to: "Active", operations: ["aws:UpdateAccessKey", "aws:ListAccessKeys"] },
  drift: { patch: { status: "Inactive" }, updateOperation: "aws:UpdateAccessKey" },
  works: (iam, accessKeyId, { secretAccessKey }) =>
    awsAccepts(iam.url, { accessKeyId, secretAccessKey: String(secretAccessKey) }),
  omittable: "secret",
  omittedField: /CreateAccessKey .*\bSecretAccessKey\b/,
  deletableWithoutSecret: true,
});

describe("aws:AccessKey", () => {
  let world: KindWorld;
  let provided: Properties;
  before(async () => {
    world = await startKindWorld();
    provided = (await register((name) => make(name, {}))).registration.inputs;
  });
  after(() => world?.close());

  const keysOf = (owner: unknown) => world.iam.keys().filter((key) => key.owner === owner);
  const withUser = (inputs: Properties = {}) => ({
    ...provided,
    userName: world.iam.addUser(newUserName()),
    ...inputs,
  });

  test("a key that should be inactive is made so", async () => {
    const inputs = withUser({ status: "Inactive" });
    const { result, operations } = await world.during(() => world.up(inputs));
    assert.deepEqual(operations, [
      "aws:ListAccessKeys",
      "aws:CreateAccessKey",
      "aws:UpdateAccessKey",
      "aws:ListAccessKeys",
    ]);
    assert.equal(result.outputs.status, "Inactive");
    assert.equal(keysOf(inputs.userName)[0]?.status, "Inactive");
  });

  test("a key that could not be made inactive is kept with its secret, and set right by the next run", async () => {
    const inputs = withUser({ status: "Inactive" });
    world.iam.fail({ operation: "aws:UpdateAccessKey", fault: { status: 403, message: "You may not." } });
    const failure = await initFailureOf(world.up(inputs));
    const [key] = keysOf(inputs.userName);
    assert.equal(failure.id, key?.id);
    assert.match(failure.reasons.join(), /was made and is kept, but is still Active\. .*You may not\./);
    assert.deepEqual(Object.keys(failure.properties).sort(), [
      "__provider",
      "createDate",
      "keySince",
      "owner",
      "secretAccessKey",
      "status",
      "userName",
    ]);
    assert.equal(failure.properties.status, "Active");
    assert.ok(!failure.reasons.join().includes(String(failure.properties.secretAccessKey)));

    const olds = failure.properties;
    assert.equal(olds.__provider, provided.__provider);
    assert.deepEqual(await world.provider.diff(failure.id, olds, inputs), {
      changes: true,
      replaces: [],
      deleteBeforeReplace: false,
    });
    const { result, operations } = await world.during(() => world.provider.update(failure.id, olds, inputs));
    assert.deepEqual(operations, ["aws:UpdateAccessKey", "aws:ListAccessKeys"]);
    assert.deepEqual(result, { ...olds, status: "Inactive" });
    assert.equal(keysOf(inputs.userName)[0]?.status, "Inactive");
  });

  test("an inactive key is refused, an active one works again", async () => {
    const { id, outputs, inputs } = await world.up(withUser());
    const key = { accessKeyId: id, secretAccessKey: String(outputs.secretAccessKey) };
    const inactive = await world.provider.update(id, outputs, { ...inputs, status: "Inactive" });
    assert.equal(await awsAccepts(world.iam.url, key), false);
    const without = await world.provider.update(id, inactive, inputs);
    assert.equal(await awsAccepts(world.iam.url, key), false, "a program that says nothing leaves it so");
    await world.provider.update(id, without, { ...inputs, status: "Active" });
    assert.equal(await awsAccepts(world.iam.url, key), true);
  });

  test("a third key of a user is refused with the limit", async () => {
    const inputs = withUser();
    await world.up(inputs);
    await world.up(inputs);
    const { operations } = await world.during(() =>
      assert.rejects(world.up(inputs), (error: Error) => {
        assert.match(
          error.message,
          /^CreateAccessKey was refused: .*LimitExceeded.*\[LIMIT_EXCEEDED, HTTP 409/,
        );
        assert.match(
          error.message,
          /Both keys belong to this resource, so delete neither\..* order \(iam-keys:rotateNow\) .*replacement\.$/,
        );
        assert.doesNotMatch(error.message, /, delete it/);
        return true;
      }),
    );
    assert.deepEqual(operations, ["aws:ListAccessKeys", "aws:CreateAccessKey", "aws:ListAccessKeys"]);
    assert.equal(keysOf(inputs.userName).length, 2);
  });

  test("without userName the key is the caller's own", async () => {
    await using own = await startKindWorld();
    const { id, outputs, inputs } = await own.up(provided);
    assert.equal(outputs.userName, "administrator");
    assert.equal((await own.provider.read(id, outputs)).id, id);
    assert.equal((await own.provider.diff(id, outputs, inputs)).changes, false);
    await own.provider.delete(id, outputs);
    assert.deepEqual(own.iam.keys(), []);
  });

  const lost: Readonly<Record<string, Fault>> = {
    "never comes": { drop: "after" },
    "ends in the middle": { drop: "midBody" },
    "is a server error": { status: 500, when: "after" },
    "is not XML": { body: "<html", when: "after" },
  };
  for (const [name, fault] of Object.entries(lost)) {
    test(`a create whose answer ${name} is not repeated: the error names the key that came with it`, async () => {
      const inputs = withUser();
      world.iam.fail({ operation: "aws:CreateAccessKey", fault });
      const { operations } = await world.during(() =>
        assert.rejects(world.up(inputs), (error: Error) => {
          const [key] = keysOf(inputs.userName);
          assert.match(error.message, /It is not known whether a key was made\./);
          const named = new RegExp(
            `New, and of no resource that this run has seen: ${key?.id} \\(Active, made \\S+, never used\\)\\.`,
            "g",
          );
          assert.equal([...error.message.matchAll(named)].length, 1, error.message);
          assert.match(error.message, /`iam-keys sweep` deletes it/);
          assert.doesNotMatch(error.message, /\$response/);
          return true;
        }),
      );
      assert.deepEqual(operations, [
        "aws:ListAccessKeys",
        "aws:CreateAccessKey",
        "aws:ListAccessKeys",
        "aws:GetAccessKeyLastUsed",
      ]);
    });
  }

  test("a create that comes too fast is repeated, because nothing was made", async () => {
    const inputs = withUser({ verify: false });
    world.iam.fail({ operation: "aws:CreateAccessKey", fault: { status: 400, code: "Throttling" } });
    const { operations } = await world.during(() => world.up(inputs));
    assert.deepEqual(operations, ["aws:ListAccessKeys", "aws:CreateAccessKey", "aws:CreateAccessKey"]);
    assert.equal(keysOf(inputs.userName).length, 1);
  });

  test("a user who does not exist is named", async () => {
    await assert.rejects(
      world.up({ ...provided, userName: "nobody" }),
      /\[NOT_FOUND, HTTP 404, request [\w-]+\] There is no such key, or no user nobody\.$/,
    );
  });
});
