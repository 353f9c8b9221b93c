import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type * as pulumi from "@pulumi/pulumi";
import type { Properties } from "../support/dynamicProvider.ts";
import { type KindWorld, startKindWorld } from "../support/kindWorld.ts";
import { register } from "../support/registration.ts";

export interface YandexKeyUnderTest {
  readonly type: string;
  readonly make: (name: string, args: Properties) => pulumi.CustomResource;
  /** The service's name in the API reference. */
  readonly service: "Key" | "AccessKey" | "ApiKey";
  /** What makes a create send one request alone. */
  readonly untried: Properties;
}

/** What the kinds must do whose updates and deletes are Operations, which take their time. */
export function yandexKeysMust({ type, make, service, untried }: YandexKeyUnderTest): void {
  describe(`every Yandex key must: ${type}`, () => {
    const operationMs = 300;
    let world: KindWorld;
    let provided: Properties;
    before(async () => {
      world = await startKindWorld({ operationMs });
      provided = (await register((name) => make(name, {}))).registration.inputs;
    });
    after(() => world?.close());

    const withOwner = (inputs: Properties = {}) => ({
      ...provided,
      serviceAccountId: world.iam.addServiceAccount(),
      ...inputs,
    });
    const ids = () => world.iam.keys().map((key) => key.id);

    test("delete waits for its Operation", async () => {
      const { id, outputs } = await world.up(withOwner());
      const { operations } = await world.during(() => world.provider.delete(id, outputs));
      assert.ok(!ids().includes(id), "deleted by the time that delete returns");
      const [look, request, ...waits] = operations;
      assert.deepEqual([look, request], [`${service}.list`, `${service}.delete`]);
      assert.deepEqual([...new Set(waits)], ["Operation.get"]);
    });

    test("update waits for its Operation, and sends one PATCH", async () => {
      const { id, outputs, inputs } = await world.up(withOwner({ description: "first" }));
      const { operations } = await world.during(() =>
        world.provider.update(id, outputs, { ...inputs, description: "second" }),
      );
      const { description } = world.iam.keys().find((key) => key.id === id) ?? {};
      assert.equal(description, `second [pulumi ${outputs.owner} #${outputs.mark}]`);
      assert.equal(operations.filter((operation) => operation === `${service}.update`).length, 1);
    });

    test("the error of an Operation is reported, and the key is still there", async () => {
      const { id, outputs, inputs } = await world.up(withOwner());
      for (const operation of ["update", "delete"]) {
        world.iam.fail({
          operation: `${service}.${operation}`,
          fault: { operation: { error: { code: 9, message: "The key is in use." } } },
        });
      }
      await assert.rejects(
        world.provider.update(id, outputs, { ...inputs, description: "new" }),
        /^Error: \w*Key\.update began and then failed: The key is in use\. \(code 9\) \[OPERATION_FAILED\]/,
      );
      await assert.rejects(
        world.provider.delete(id, outputs),
        /^Error: \w*Key\.delete began and then failed: The key is in use\. \(code 9\) \[OPERATION_FAILED\]/,
      );
      assert.ok(ids().includes(id));
      await world.provider.delete(id, outputs);
      assert.ok(!ids().includes(id));
    });

    test("a delete whose Operation finds nothing to delete has succeeded", async () => {
      const { id, outputs } = await world.up(withOwner());
      world.iam.fail({
        operation: `${service}.delete`,
        fault: { operation: { error: { code: 5, message: "Not found." } } },
      });
      await world.provider.delete(id, outputs);
    });

    test("a description that somebody took away is set again, and one without words is none", async () => {
      const { id, outputs, inputs } = await world.up(withOwner({ description: "kept" }));
      world.iam.patch(id, { description: "" });
      const found = await world.provider.read(id, outputs);
      assert.equal(found.outputs.description, "");
      assert.ok(found.inputs && !("description" in found.inputs));
      assert.equal((await world.provider.diff(id, found.outputs, inputs)).changes, true);
      const set = await world.provider.update(id, found.outputs, inputs);
      assert.equal(set.description, "kept");

      const nothingSaid = { ...inputs, description: "" };
      assert.equal((await world.provider.diff(id, found.outputs, nothingSaid)).changes, false);
    });

    for (const drop of ["before", "after", "midBody"] as const) {
      test(`a create whose answer is lost (${drop}) is repeated, and makes one key`, async () => {
        // Of a name of its own: what the process has seen of another resource is nothing to it.
        const inputs = withOwner({ ...untried, owner: `project/stack/lost-${drop}` });
        world.iam.fail({ operation: `${service}.create`, fault: { drop } });
        const { operations } = await world.during(() => world.up(inputs));
        assert.deepEqual(operations, [`${service}.create`, `${service}.create`, `${service}.list`]);
        const [first, second] = world.iam.requests.slice(-3);
        assert.equal(first?.idempotencyKey, second?.idempotencyKey);
        assert.equal(world.iam.keys().filter((key) => key.owner === inputs.serviceAccountId).length, 1);
      });
    }
  });
}
