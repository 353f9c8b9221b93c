import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TestStack } from "./support/stack.ts";

describe("resource options", { concurrency: 2 }, () => {
  it("protect keeps a resource from being deleted or replaced", async (t) => {
    const stack = await TestStack.create(t);
    const program = (v: string) => ({ resources: [{ name: "a", props: { v }, opts: { protect: true } }] });
    await stack.program(program("1"));
    await stack.up();
    await stack.calls();
    const destroyed = await stack.run(["destroy", "--yes"]);
    assert.equal(destroyed.code, 1);
    assert.match(destroyed.stdout, /cannot be deleted\n\s+because it is protected/);
    await stack.program(program("2"));
    const replaced = await stack.tryUp();
    assert.equal(replaced.code, 1);
    assert.match(replaced.stdout, /unable to replace resource/);
    assert.deepEqual(await stack.changes(), []);
    assert.deepEqual(await stack.names(), ["a"]);
  });

  it("ignoreChanges leaves a property as it was", async (t) => {
    const stack = await TestStack.create(t);
    const program = (size: number) => ({
      resources: [
        { name: "a", props: { v: "1", tags: { size, other: 1 } }, opts: { ignoreChanges: ["tags.size"] } },
      ],
    });
    await stack.program(program(1));
    await stack.up();
    await stack.calls();
    await stack.program(program(2));
    await stack.up();
    assert.deepEqual(await stack.changes(), []);
    assert.deepEqual((await stack.resource("a")).inputs?.tags, { other: 1, size: 1 });
  });

  it("retainOnDelete forgets without deleting", async (t) => {
    const stack = await TestStack.create(t);
    await stack.program({ resources: [{ name: "a", props: { v: "1" }, opts: { retainOnDelete: true } }] });
    await stack.up();
    await stack.program({ resources: [] });
    await stack.calls();
    await stack.up();
    assert.deepEqual(await stack.changes(), []);
    assert.deepEqual(await stack.names(), []);
  });

  it("components are parents: their type is part of the URN, their outputs are kept", async (t) => {
    const stack = await TestStack.create(t);
    await stack.program({
      resources: [
        { name: "g", component: true },
        { name: "a", props: { v: "1" }, opts: { parent: "g" } },
      ],
    });
    await stack.up();
    assert.deepEqual((await stack.resource("g")).outputs, { size: 1 });
    const child = await stack.resource("a");
    assert.equal(child.urn, "urn:pulumi:dev::things::test:index:Group$pulumi-nodejs:dynamic/test:Thing::a");
    assert.equal(child.parent, "urn:pulumi:dev::things::test:index:Group::g");
  });

  it("what is not supported is refused by name, and nothing is made", async (t) => {
    const stack = await TestStack.create(t);
    for (const [opts, named] of [
      [{ aliases: [{ name: "old" }] }, /the option 'aliases' is not supported by the local engine/],
      [{ import: "some-id" }, /the option 'import' is not supported by the local engine/],
    ] as const) {
      await stack.program({ resources: [{ name: "a", props: { v: "1" }, opts }] });
      const { code, stdout } = await stack.tryUp();
      assert.equal(code, 1);
      assert.match(stdout, named);
    }
    await stack.write(
      "index.js",
      'const p = require("@pulumi/pulumi"); new p.StackReference("organization/x/y");',
    );
    const { code, stdout } = await stack.tryUp();
    assert.equal(code, 1);
    assert.match(stdout, /is not supported by the local engine/);
    assert.deepEqual(await stack.changes(), []);
  });
});
