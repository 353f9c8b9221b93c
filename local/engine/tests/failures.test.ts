import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TestStack } from "./support/stack.ts";

describe("a run that fails", { concurrency: 2 }, () => {
  it("keeps what it made, and goes on from there", async (t) => {
    const stack = await TestStack.create(t);
    await stack.program({
      resources: [
        { name: "a", props: { v: "1" } },
        { name: "b", props: { v: "1", up: { $ref: "a.made" } } },
      ],
    });
    await stack.world({ fail: ["create b"] });
    const { code, stdout } = await stack.tryUp();
    assert.equal(code, 1);
    assert.match(stdout, /\*\*creating failed\*\*/);
    assert.match(stdout, /Thing \(b\):\n {4}error: cannot create b/);
    assert.match(stdout, /error: update failed/);
    assert.deepEqual(await stack.names(), ["a"]);
    assert.doesNotMatch(await stack.stateText(), /pending_operations/);
    await stack.world({});
    await stack.calls();
    await stack.up();
    assert.deepEqual(await stack.changes(), ["create b 1"]);
  });

  it("keeps a replaced resource as a pending delete, which the next run carries out", async (t) => {
    const stack = await TestStack.create(t);
    const program = (v: string) => ({
      resources: [
        { name: "a", props: { v } },
        { name: "b", props: { v: "1", up: { $ref: "a.made" } } },
      ],
    });
    await stack.program(program("1"));
    await stack.up();
    await stack.program(program("2"));
    await stack.world({ fail: ["update b"] });
    assert.equal((await stack.tryUp()).code, 1);
    const kept = (await stack.resources()).filter(({ urn }) => urn.endsWith("::a"));
    assert.deepEqual(
      kept.map(({ id, delete: marked }) => [id, marked]),
      [
        ["a-2", undefined],
        ["a-1", true],
      ],
    );
    await stack.world({});
    await stack.calls();
    await stack.up();
    assert.deepEqual(await stack.changes(), ["update b 1", "delete a 1"]);
    assert.deepEqual(await stack.names(), ["a", "b"]);
  });

  it("keeps a resource that was made but is not ready, its secrets encrypted, and updates it next time", async (t) => {
    const stack = await TestStack.create(t);
    await stack.program({
      resources: [
        {
          name: "a",
          props: { v: "1", pw: { $secret: "hush-hush" } },
          opts: { additionalSecretOutputs: ["token"] },
        },
      ],
    });
    await stack.world({ unready: ["create a"] });
    const { code, stdout } = await stack.tryUp();
    assert.equal(code, 1);
    assert.match(stdout, /a is not ready/);
    const kept = await stack.resource("a");
    assert.equal(kept.id, "a-1");
    assert.deepEqual(kept.initErrors, ["a is not ready"]);
    assert.doesNotMatch(await stack.stateText(), /hush-hush|token-of-a/);
    await stack.world({});
    await stack.calls();
    await stack.up();
    assert.deepEqual(await stack.changes(), ["update a 1"]);
    assert.equal((await stack.resource("a")).initErrors, undefined);
  });

  it("keeps the inputs of the last update, when one is not ready, so that the next one sees what changed", async (t) => {
    const stack = await TestStack.create(t);
    const sized = (size: number) => ({ resources: [{ name: "a", props: { v: "1", size } }] });
    await stack.program(sized(1));
    await stack.up();
    await stack.program(sized(2));
    await stack.world({ unready: ["update a"] });
    assert.equal((await stack.tryUp()).code, 1);
    const { inputs, outputs } = await stack.resource("a");
    assert.deepEqual([inputs?.size, outputs?.size], [1, 2]);
    await stack.world({});
    await stack.calls();
    await stack.up();
    const [check] = (await stack.calls()).filter(([call]) => call === "check");
    assert.equal((check?.[1] as { size?: number } | undefined)?.size, 1);
    assert.equal((await stack.resource("a")).inputs?.size, 2);
  });

  it("refuses inputs that check refuses", async (t) => {
    const stack = await TestStack.create(t);
    await stack.program({ resources: [{ name: "a", props: { v: "invalid" } }] });
    const { code, stdout } = await stack.tryUp();
    assert.equal(code, 1);
    assert.match(stdout, /property v has a problem: is not valid/);
    assert.deepEqual(await stack.changes(), []);
  });

  it("deletes nothing when the program failed, and keeps the outputs it did not come to", async (t) => {
    const stack = await TestStack.create(t);
    await stack.program({
      resources: [{ name: "a", props: { v: "1" } }],
      outputs: { made: { $ref: "a.made" } },
    });
    await stack.up();
    await stack.calls();
    await stack.program({ resources: [], throws: "lost half-way" });
    const { code, stdout } = await stack.tryUp();
    assert.equal(code, 1);
    assert.match(stdout, /lost half-way/);
    assert.deepEqual(await stack.changes(), []);
    assert.equal((await stack.expect("stack", "output", "made")).stdout, "a:1\n");
  });

  it("names the package when the program cannot find it", async (t) => {
    const stack = await TestStack.create(t);
    await stack.write("index.js", 'require("not-installed-at-all");');
    const { code, stdout } = await stack.tryUp();
    assert.equal(code, 1);
    assert.match(stdout, /Cannot find module 'not-installed-at-all'/);
  });

  it("shows what the program and the provider print", async (t) => {
    const stack = await TestStack.create(t);
    await stack.world({ complain: "from the provider" });
    await stack.program({ resources: [{ name: "a", props: { v: "1" } }], log: "mind this", print: "hello" });
    const { stdout } = await stack.up();
    assert.match(stdout, /Diagnostics:/);
    assert.match(stdout, /Stack \(things-dev\):/);
    for (const line of ["hello", "from the provider", "warning: mind this"])
      assert.match(stdout, new RegExp(`    ${line}\n`));
  });
});
