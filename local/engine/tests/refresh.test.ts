import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TestStack } from "./support/stack.ts";

const program = {
  resources: [
    { name: "a", props: { v: "1", size: 1 } },
    { name: "b", props: { v: "1" }, opts: { dependsOn: ["a"] } },
  ],
};

describe("refresh", { concurrency: 2 }, () => {
  it("forgets what is gone, and references to it", async (t) => {
    const stack = await TestStack.create(t);
    await stack.program(program);
    await stack.up();
    await stack.world({ gone: ["a"] });
    assert.match((await stack.expect("refresh", "--yes")).stdout, /- 1 deleted/);
    assert.deepEqual(await stack.names(), ["b"]);
    assert.equal((await stack.resource("b")).dependencies, undefined);
    await stack.world({});
    await stack.calls();
    await stack.up();
    assert.deepEqual(await stack.changes(), ["create a 1"]);
  });

  it("takes over what drifted, which the next update puts right", async (t) => {
    const stack = await TestStack.create(t);
    await stack.program(program);
    await stack.up();
    await stack.world({ drift: { a: { size: 9 } } });
    const before = await stack.stateText();
    assert.match((await stack.expect("preview", "--refresh")).stdout, /~ size: 1 => 9/);
    assert.equal(await stack.stateText(), before);
    await stack.expect("refresh", "--yes");
    assert.equal((await stack.resource("a")).outputs?.size, 9);
    await stack.world({});
    await stack.calls();
    await stack.up();
    assert.deepEqual(await stack.changes(), ["update a 1"]);
    assert.equal((await stack.resource("a")).outputs?.size, 1);
  });

  it("counts what drifted as a change, until an update has set it right", async (t) => {
    const stack = await TestStack.create(t);
    await stack.program(program);
    await stack.up();
    await stack.world({ drift: { a: { size: 9 } } });
    for (const once of ["first", "again"]) {
      const { code, stdout } = await stack.run(["refresh", "--yes", "--skip-preview", "--expect-no-changes"]);
      assert.equal(code, 7, once);
      assert.match(stdout, /~ 1 updated/);
    }
    await stack.world({});
    await stack.up();
    await stack.expect("refresh", "--yes", "--expect-no-changes");
  });

  it("keeps what it learns secret where the program says that it is", async (t) => {
    const stack = await TestStack.create(t);
    const opts = { additionalSecretOutputs: ["late"] };
    await stack.program({ resources: [{ name: "a", props: { v: "1" }, opts }] });
    await stack.up();
    await stack.world({ drift: { a: { late: "learnt-by-a-refresh" } } });
    const { stdout } = await stack.expect("refresh", "--yes", "--diff");
    assert.doesNotMatch(`${stdout}${await stack.stateText()}`, /learnt-by-a-refresh/);
    assert.notEqual((await stack.resource("a")).outputs?.late, undefined);
  });

  it("asks about the others where one cannot be asked about", async (t) => {
    const stack = await TestStack.create(t);
    await stack.program(program);
    await stack.up();
    await stack.world({ fail: ["read a"], drift: { b: { size: 7 } } });
    const { code, stdout } = await stack.run(["refresh", "--yes", "--skip-preview", "--parallel", "1"]);
    assert.equal(code, 1);
    assert.match(stdout, /cannot read a/);
    assert.equal((await stack.resource("b")).outputs?.size, 7);
    assert.equal((await stack.resource("a")).outputs?.size, 1);
  });

  it("leaves no reference to what comes later in the state", async (t) => {
    const stack = await TestStack.create(t);
    const pair = (v: string) => ({
      resources: [
        { name: "a", props: { v } },
        { name: "b", props: { v: "1", up: { $ref: "a.made" } } },
      ],
    });
    await stack.program(pair("1"));
    await stack.up();
    await stack.program(pair("2"));
    await stack.world({ fail: ["delete a"] });
    assert.equal((await stack.tryUp()).code, 1);
    assert.deepEqual(await stack.names(), ["a", "b", "a"]);
    await stack.world({ gone: ["a-2"] });
    await stack.expect("refresh", "--yes");
    assert.deepEqual(await stack.names(), ["b", "a"]);
    assert.equal((await stack.resource("b")).dependencies, undefined);
    await stack.world({});
    await stack.up();
    assert.deepEqual(await stack.names(), ["a", "b"]);
  });

  it("uses the inputs that read returns", async (t) => {
    const stack = await TestStack.create(t);
    await stack.program(program);
    await stack.up();
    await stack.world({ inputs: { a: { name: "a", v: "1", size: 5 } } });
    await stack.expect("refresh", "--yes");
    assert.equal((await stack.resource("a")).inputs?.size, 5);
  });

  it("comes first where the project or the command line asks for it", async (t) => {
    const stack = await TestStack.create(t);
    await stack.write("Pulumi.yaml", "name: things\nruntime: nodejs\noptions: {refresh: always}\n");
    await stack.program(program);
    await stack.up();
    await stack.world({ gone: ["a"] });
    await stack.calls();
    assert.match(
      (await stack.expect("up", "--yes", "--skip-preview", "--refresh=false")).stdout,
      /3 unchanged/,
    );
    assert.deepEqual(await stack.changes(), []);
    await stack.up();
    assert.deepEqual(await stack.changes(), ["create a 1"]);
    await stack.world({ gone: ["b"] });
    await stack.expect("destroy", "--yes", "--skip-preview");
    assert.deepEqual(await stack.changes(), ["delete a 1"]);
    await stack.write("Pulumi.yaml", "name: things\nruntime: nodejs\noptions: {refresh: never}\n");
    assert.match(
      (await stack.run(["preview"])).stderr,
      /options\.refresh must be 'always' or absent, not 'never'/,
    );
  });

  it("keeps everything when a provider cannot answer", async (t) => {
    const stack = await TestStack.create(t);
    await stack.program(program);
    await stack.up();
    await stack.world({ fail: ["read a"] });
    const { code, stdout } = await stack.run(["refresh", "--yes"]);
    assert.equal(code, 1);
    assert.match(stdout, /cannot read a/);
    assert.deepEqual(await stack.names(), ["a", "b"]);
  });
});
