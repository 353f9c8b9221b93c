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
        { name: "g", component: "Group" },
        { name: "a", props: { v: "1" }, opts: { parent: "g" } },
      ],
    });
    await stack.up();
    assert.deepEqual((await stack.resource("g")).outputs, { size: 1 });
    const child = await stack.resource("a");
    assert.equal(child.urn, "urn:pulumi:dev::things::test:index:Group$pulumi-nodejs:dynamic/test:Thing::a");
    assert.equal(child.parent, "urn:pulumi:dev::things::test:index:Group::g");
  });

  it("ignoreChanges says which paths it could not follow", async (t) => {
    const stack = await TestStack.create(t);
    const program = (list: unknown[]) => ({
      resources: [{ name: "a", props: { v: "1", list }, opts: { ignoreChanges: ["list[*].x"] } }],
    });
    await stack.program(program([{ x: 1 }]));
    await stack.up();
    await stack.calls();
    await stack.program(program([{ x: 2 }]));
    await stack.up();
    assert.deepEqual(await stack.changes(), []);
    await stack.program(program([{ x: 2 }, { x: 3 }]));
    const { stdout } = await stack.up();
    assert.match(stdout, /cannot ignore changes in added or removed elements of the path: "list\[\*\]\.x"/);
    assert.deepEqual((await stack.resource("a")).inputs?.list, [{ x: 1 }, { x: 3 }]);
  });

  it("replaceOnChanges makes a change at a path a replacement", async (t) => {
    const stack = await TestStack.create(t);
    const program = (size: number, other: number) => ({
      resources: [
        {
          name: "a",
          props: { v: "1", cannotTell: true, list: [{ size, other }] },
          opts: { replaceOnChanges: ["list[*].size"] },
        },
      ],
    });
    await stack.program(program(1, 1));
    await stack.up();
    await stack.calls();
    await stack.program(program(1, 2));
    await stack.up();
    assert.deepEqual(await stack.changes(), ["update a 1"]);
    await stack.program(program(2, 2));
    await stack.up();
    assert.deepEqual(await stack.changes(), ["create a 1", "delete a 1"]);
  });

  it("aliases rename without replacing: by name, parent, type and whole URN", async (t) => {
    const stack = await TestStack.create(t);
    const things = "urn:pulumi:dev::things::";
    await stack.program({
      resources: [
        { name: "g", component: "Group" },
        { name: "g-a", props: { v: "1" }, opts: { parent: "g" } },
        { name: "b", props: { v: "1", up: { $ref: "g-a.made" } } },
      ],
    });
    await stack.up();
    await stack.calls();
    await stack.program({
      resources: [
        { name: "h", component: "Team", opts: { aliases: [{ name: "g", type: "test:index:Group" }] } },
        { name: "h-a", props: { v: "1" }, opts: { parent: "h", ignoreChanges: ["name"] } },
        {
          name: "c",
          props: { v: "1", up: { $ref: "h-a.made" } },
          opts: {
            parent: "h",
            ignoreChanges: ["name"],
            aliases: [`${things}pulumi-nodejs:dynamic/test:Thing::b`],
          },
        },
      ],
    });
    await stack.up();
    assert.deepEqual(await stack.changes(), []);
    const moved = await stack.resource("c");
    assert.equal(moved.urn, `${things}test:index:Team$pulumi-nodejs:dynamic/test:Thing::c`);
    assert.equal(moved.id, "b-1");
    assert.doesNotMatch(await stack.stateText(), /Group|aliases|::g-a/);
    await stack.expect("preview", "--expect-no-changes");
  });

  it("aliases: two resources cannot both have been the same one", async (t) => {
    const stack = await TestStack.create(t);
    await stack.program({ resources: [{ name: "a", props: { v: "1" } }] });
    await stack.up();
    const opts = { aliases: [{ name: "a" }] };
    await stack.program({
      resources: [
        { name: "x", props: { v: "1" }, opts },
        { name: "y", props: { v: "1" }, opts: { ...opts, dependsOn: ["x"] } },
      ],
    });
    const { code, stdout } = await stack.tryUp();
    assert.equal(code, 1);
    assert.match(stdout, /Duplicate resource alias '.*::a' applied to resource with URN '.*::y' conflicting/);
    assert.deepEqual(await stack.names(), ["x"]);
  });

  it("deletedWith of a component holds for its children", async (t) => {
    const stack = await TestStack.create(t);
    const a = { name: "a", props: { v: "1" } };
    await stack.program({
      resources: [
        a,
        { name: "g", component: "Group", opts: { deletedWith: "a" } },
        { name: "d", props: { v: "1" }, opts: { parent: "g" } },
      ],
    });
    await stack.up();
    assert.match(String((await stack.resource("d")).deletedWith), /::a$/);
    await stack.calls();
    await stack.program({ resources: [] });
    await stack.up();
    assert.deepEqual(await stack.changes(), ["delete a 1"]);
  });

  it("deletedWith leaves the delete to that of another resource", async (t) => {
    const stack = await TestStack.create(t);
    await stack.program({
      resources: [
        { name: "a", props: { v: "1" } },
        { name: "b", props: { v: "1" }, opts: { deletedWith: "a" } },
      ],
    });
    await stack.up();
    await stack.calls();
    await stack.expect("destroy", "--yes", "--skip-preview");
    assert.deepEqual(await stack.changes(), ["delete a 1"]);
    assert.deepEqual(await stack.resources(), []);
  });

  it("customTimeouts stand in the state in seconds", async (t) => {
    const stack = await TestStack.create(t);
    const customTimeouts = { create: "1m30s", update: "1h", delete: "500ms" };
    await stack.program({ resources: [{ name: "a", props: { v: "1" }, opts: { customTimeouts } }] });
    await stack.up();
    assert.deepEqual((await stack.resource("a")).customTimeouts, { create: 90, update: 3600, delete: 0.5 });
  });

  it("deleteBeforeReplace takes along dependents that leave the program in the same run", async (t) => {
    const stack = await TestStack.create(t);
    const a = (v: string) => ({ name: "a", props: { v }, opts: { deleteBeforeReplace: true } });
    const b = { name: "b", props: { v: "1", up: { $ref: "a.made" }, replacing: ["up"] } };
    await stack.program({ resources: [a("1"), b] });
    await stack.up();
    await stack.calls();
    await stack.program({ resources: [a("2")] });
    await stack.up();
    assert.deepEqual(await stack.changes(), ["delete b 1", "delete a 1", "create a 2"]);
    assert.deepEqual(await stack.names(), ["a"]);
  });

  it("what is not supported is refused by name, and nothing is made", async (t) => {
    const stack = await TestStack.create(t);
    await stack.program({ resources: [{ name: "a", props: { v: "1" }, opts: { import: "some-id" } }] });
    const imported = await stack.tryUp();
    assert.equal(imported.code, 1);
    assert.match(imported.stdout, /the option 'import' is not supported by the local engine/);
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
