import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TestStack } from "./support/stack.ts";

const chain = (v: string, more: Record<string, unknown> = {}) => ({
  resources: [
    { name: "a", props: { v, ...more } },
    { name: "b", props: { v: "1", up: { $ref: "a.made" } } },
  ],
});

describe("the life of resources", { concurrency: 2 }, () => {
  it("creates in dependency order, then finds nothing to do", async (t) => {
    const stack = await TestStack.create(t);
    await stack.program(chain("1"));
    const { stdout } = await stack.up();
    assert.match(stdout, /\+ 3 created/);
    assert.deepEqual(await stack.changes(), ["create a 1", "create b 1"]);
    assert.deepEqual((await stack.resource("b")).outputs?.up, "a:1");
    assert.match((await stack.up()).stdout, /Resources:\n {4}3 unchanged/);
    assert.deepEqual(await stack.changes(), []);
  });

  it("updates in place, and only what changed", async (t) => {
    const stack = await TestStack.create(t);
    await stack.program(chain("1", { size: 1 }));
    await stack.up();
    await stack.calls();
    await stack.program(chain("1", { size: 2 }));
    assert.match((await stack.up()).stdout, /updated .*\[diff: ~size\]/);
    assert.deepEqual(await stack.changes(), ["update a 1"]);
    assert.equal((await stack.resource("a")).outputs?.size, 2);
  });

  it("replaces by creating first: the old one goes after its dependents were updated", async (t) => {
    const stack = await TestStack.create(t);
    await stack.program(chain("1"));
    await stack.up();
    await stack.calls();
    await stack.program(chain("2"));
    // The preview that comes first must leave no mark on the update.
    const { stdout } = await stack.expect("up", "--yes");
    assert.deepEqual(await stack.changes(), ["create a 2", "update b 1", "delete a 1"]);
    assert.match(stdout, /\+-1 replaced/);
    assert.deepEqual(await stack.names(), ["a", "b"]);
  });

  it("replaces by deleting first, with the dependents that cannot outlive it", async (t) => {
    const stack = await TestStack.create(t);
    const program = (v: string) => ({
      resources: [
        { name: "a", props: { v, deleteFirst: true } },
        { name: "b", props: { v: "1", up: { $ref: "a.made" }, replacing: ["up"] } },
        { name: "c", props: { v: "1", up: { $ref: "b.made" } } },
      ],
    });
    await stack.program(program("1"));
    await stack.up();
    await stack.calls();
    await stack.program(program("2"));
    await stack.expect("up", "--yes");
    const changes = await stack.changes();
    assert.deepEqual(changes, ["delete b 1", "delete a 1", "create a 2", "create b 1"]);
    assert.deepEqual((await stack.resource("b")).outputs?.up, "a:2");
    assert.deepEqual(await stack.names(), ["a", "b", "c"]);
  });

  it("deletes what the program no longer has", async (t) => {
    const stack = await TestStack.create(t);
    await stack.program(chain("1"));
    await stack.up();
    await stack.calls();
    await stack.program({ resources: [] });
    assert.match((await stack.up()).stdout, /- 2 deleted/);
    assert.deepEqual(await stack.changes(), ["delete b 1", "delete a 1"]);
    assert.deepEqual(await stack.names(), []);
  });

  it("destroys dependents first and leaves an empty state", async (t) => {
    const stack = await TestStack.create(t);
    await stack.program({
      resources: [
        { name: "a", props: { v: "1" } },
        { name: "b", props: { v: "1" }, opts: { dependsOn: ["a"] } },
        { name: "c", props: { v: "1" }, opts: { dependsOn: ["b"] } },
      ],
    });
    await stack.up();
    await stack.calls();
    await stack.expect("destroy", "--yes");
    assert.deepEqual(await stack.changes(), ["delete c 1", "delete b 1", "delete a 1"]);
    assert.deepEqual(await stack.resources(), []);
  });

  it("previews without touching state or provider, unknowns and all", async (t) => {
    const stack = await TestStack.create(t);
    await stack.program({ ...chain("1"), outputs: { made: { $ref: "a.made" } } });
    const before = await stack.stateText();
    const { stdout } = await stack.expect("preview", "--diff");
    assert.equal(await stack.stateText(), before);
    assert.deepEqual(await stack.changes(), []);
    assert.match(stdout, /up {2}: \[unknown\]/);
    assert.match(stdout, /made: \[unknown\]/);
    assert.match(stdout, /\+ 3 to create/);
    assert.doesNotMatch(stdout, /__provider/);
    const refused = await stack.run(["preview", "--expect-no-changes"]);
    assert.equal(refused.code, 7);
  });

  it("shows what a preview would change, and why", async (t) => {
    const stack = await TestStack.create(t);
    await stack.program(chain("1"));
    await stack.up();
    await stack.program(chain("2"));
    const { stdout } = await stack.expect("preview");
    assert.match(stdout, /\+- .* a replace \[diff: ~v\]\n +~ v: "1" => "2"/);
    assert.match(stdout, /~ {2}.* b update \[diff: ~up\]\n +~ up: "a:1" => \[unknown\]/);
    await stack.program(chain("1", { size: 1, list: [1, 3, 4], tags: { x: 1 } }));
    await stack.up();
    await stack.program(chain("2", { list: [1, 2], tags: { x: 2 } }));
    const nested = (await stack.expect("preview", "--diff")).stdout;
    assert.match(nested, /replace \[diff: -size~list,tags,v\]/);
    assert.match(nested, / {6}~ list: \[\n +\[0\]: 1\n +~ \[1\]: 3 => 2\n +- \[2\]: 4\n +\]\n/);
    await stack.program(chain("1"));
    await stack.up();
    await stack.program(chain("2"));
    const json = JSON.parse((await stack.expect("preview", "--json")).stdout) as {
      changeSummary: Record<string, number>;
      steps: { op: string; replaceReasons?: string[] }[];
    };
    assert.deepEqual(json.changeSummary, { same: 1, replace: 1, update: 1 });
    assert.deepEqual(json.steps.find(({ op }) => op === "replace")?.replaceReasons, ["v"]);
  });
});
