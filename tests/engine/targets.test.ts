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
  });
});
