import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TestStack } from "./support/stack.ts";

const urn = (name: string) => `urn:pulumi:dev::things::pulumi-nodejs:dynamic/test:Thing::${name}`;
const up = ["up", "--yes", "--skip-preview"];
const chain = (size: number) => ({
  resources: [
    { name: "a", props: { v: "1", size } },
    { name: "b", props: { v: "1", size, up: { $ref: "a.made" } } },
    { name: "c", props: { v: "1", size } },
  ],
});

describe("--target", { concurrency: 2 }, () => {
  it("confines an update to the resources that are named", async (t) => {
    const stack = await TestStack.create(t);
    await stack.program({ ...chain(1), outputs: { a: { $ref: "a.made" }, b: [{ $ref: "b.made" }] } });
    await stack.expect(...up, "--target", urn("a"), "-t", "**::c");
    assert.match((await stack.expect("stack", "output", "a")).stdout, /^a:1$/m);
    assert.deepEqual((await stack.changes()).sort(), ["create a 1", "create c 1"]);
    await stack.expect(...up);
    await stack.calls();
    await stack.program(chain(2));
    await stack.expect(...up, "--target", urn("a"));
    assert.deepEqual(await stack.changes(), ["update a 1"]);
    await stack.expect(...up, "--target", urn("a"), "--target-dependents");
    assert.deepEqual(await stack.changes(), ["update b 1"]);
    await stack.program({ resources: [] });
    await stack.expect(...up, "--target", urn("b"));
    assert.deepEqual(await stack.changes(), ["delete b 1"]);
    assert.deepEqual(await stack.names(), ["a", "c"]);
  });

  it("keeps what an untargeted resource needs before it in the state", async (t) => {
    const stack = await TestStack.create(t);
    await stack.program(chain(1));
    await stack.up();
    const [, b, c] = chain(1).resources;
    assert.ok(b !== undefined && c !== undefined);
    await stack.program({ resources: [{ ...b, props: { v: "1", size: 1 } }, c] });
    await stack.expect(...up, "--target", urn("c"));
    assert.deepEqual(await stack.names(), ["a", "b", "c"]);
  });

  it("has an untargeted resource that was renamed once in the state, and under its old name", async (t) => {
    const stack = await TestStack.create(t);
    const needing = (b: string) => ({ name: "c", props: { v: "1", up: { $ref: `${b}.made` } } });
    const [, b] = chain(1).resources;
    assert.ok(b !== undefined);
    const with1 = (size: number) => ({ name: "a", props: { v: "1", size } });
    await stack.program({ resources: [with1(1), b, needing("b")] });
    await stack.up();
    const renamed = { ...b, name: "b2", opts: { aliases: [{ name: "b" }], ignoreChanges: ["name"] } };
    await stack.program({ resources: [with1(2), renamed, needing("b2")] });
    await stack.calls();
    await stack.expect(...up, "--target", urn("a"));
    assert.deepEqual(await stack.changes(), ["update a 1"]);
    assert.deepEqual(await stack.names(), ["a", "b", "c"]);
    await stack.up();
    assert.deepEqual(await stack.names(), ["a", "b2", "c"]);
    assert.ok(!(await stack.changes()).some((change) => change.startsWith("delete")));
  });

  it("refuses to have a resource twice that something untargeted no longer needs", async (t) => {
    const stack = await TestStack.create(t);
    const [a, b] = chain(1).resources;
    assert.ok(a !== undefined && b !== undefined);
    const c = { name: "c", props: { v: "1" } };
    await stack.program({ resources: [a, b, { ...c, opts: { dependsOn: ["b"] } }] });
    await stack.up();
    await stack.program({ resources: [a, c, b] });
    const { code, stdout } = await stack.run([...up, "--target", urn("a")]);
    assert.equal(code, 1);
    assert.match(stdout, /Duplicate resource URN/);
    assert.deepEqual((await stack.names()).sort(), ["a", "b", "c"]);
  });

  it("makes what had to go with a target again, as it was", async (t) => {
    const stack = await TestStack.create(t);
    const pair = (v: string) => ({
      resources: [
        { name: "a", props: { v, deleteFirst: true } },
        { name: "b", props: { v: "1", up: { $ref: "a.made" }, replacing: ["up"] } },
      ],
    });
    await stack.program(pair("1"));
    await stack.up();
    await stack.calls();
    await stack.program(pair("2"));
    await stack.expect(...up, "--target", urn("a"));
    assert.deepEqual(await stack.changes(), ["delete b 1", "delete a 1", "create a 2", "create b 1"]);
    assert.equal((await stack.resource("b")).inputs?.up, "a:1");
    assert.deepEqual(await stack.names(), ["a", "b"]);
  });

  it("does not create or delete behind the user's back", async (t) => {
    const stack = await TestStack.create(t);
    await stack.program(chain(1));
    const created = await stack.run([...up, "--target", urn("b")]);
    assert.equal(created.code, 1);
    assert.match(created.stdout, /'.*::b' depends on '.*::a' which was not specified in --target list/);
    await stack.up();
    await stack.calls();
    const destroyed = await stack.run(["destroy", "--yes", "--skip-preview", "--target", urn("a")]);
    assert.equal(destroyed.code, 1);
    assert.match(destroyed.stdout, /'.*::b' will be destroyed but was not specified in --target list/);
    assert.deepEqual(await stack.changes(), []);
    await stack.expect("destroy", "--yes", "--skip-preview", "--target", urn("a"), "--target-dependents");
    assert.deepEqual(await stack.changes(), ["delete b 1", "delete a 1"]);
    assert.deepEqual(await stack.names(), ["c"]);
  });

  it("must name something, and confines a refresh, too", async (t) => {
    const stack = await TestStack.create(t);
    await stack.program(chain(1));
    await stack.up();
    const unknown = await stack.run([...up, "--target", urn("nope")]);
    assert.equal(unknown.code, 1);
    assert.match(unknown.stdout, /Target '.*::nope' could not be found in the stack/);
    await stack.world({ drift: { a: { size: 8 }, c: { size: 9 } } });
    await stack.expect("refresh", "--yes", "--target", urn("a"));
    assert.equal((await stack.resource("a")).outputs?.size, 8);
    assert.equal((await stack.resource("c")).outputs?.size, 1);
    await stack.world({ drift: { a: { size: 8 }, b: { size: 8 }, c: { size: 9 } } });
    await stack.expect("refresh", "--yes", "--target", urn("a"), "--target-dependents");
    assert.equal((await stack.resource("b")).outputs?.size, 8);
    assert.equal((await stack.resource("c")).outputs?.size, 1);
  });
});
