import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, it } from "node:test";
import { observe } from "./support/comparison.ts";
import { type Engine, localEngine, type ProgramJson, TestStack } from "./support/stack.ts";

const cli: Engine = { name: "the Pulumi CLI", file: "pulumi", args: [] };
const missing = spawnSync("pulumi", ["version"]).error !== undefined;
const skip = missing ? "no `pulumi` on the PATH: nothing to compare the local engine with" : false;

const up = ["up", "--yes", "--skip-preview", "--non-interactive", "--color", "never"];
const refresh = ["refresh", "--yes", "--skip-preview", "--non-interactive", "--color", "never"];
const destroy = ["destroy", "--yes", "--skip-preview", "--non-interactive", "--color", "never"];
const preview = ["preview", "--non-interactive", "--color", "never"];

interface Step {
  readonly program?: ProgramJson;
  readonly world?: Record<string, unknown>;
  readonly command: readonly string[];
}

const a = (props: Record<string, unknown> = {}, opts: Record<string, unknown> = {}) => ({
  name: "a",
  props: { v: "1", ...props },
  opts,
});
const b = (props: Record<string, unknown> = {}, opts: Record<string, unknown> = {}) => ({
  name: "b",
  props: { v: "1", up: { $ref: "a.made" }, ...props },
  opts,
});
const c = (props: Record<string, unknown> = {}) => ({
  name: "c",
  props: { v: "1", up: { $ref: "b.made" }, ...props },
});
const program = (...resources: ProgramJson["resources"]): ProgramJson => ({ resources });

const scenarios: Readonly<Record<string, readonly Step[]>> = {
  "create, update, replace, delete, destroy": [
    { program: program(a(), b(), c()), command: preview },
    { command: up },
    { command: up },
    { program: program(a({ size: 1 }), b(), c()), command: up },
    { program: program(a({ v: "2", size: 1 }), b(), c()), command: preview },
    { command: up },
    { program: program(a({ v: "2", size: 1 }), b()), command: up },
    { command: destroy },
  ],
  "replace by deleting first": [
    { program: program(a({ deleteFirst: true }), b({ replacing: ["up"] }), c()), command: up },
    { program: program(a({ v: "2", deleteFirst: true }), b({ replacing: ["up"] }), c()), command: preview },
    { command: up },
    {
      program: program(a({ v: "3" }, { deleteBeforeReplace: true }), b({ replacing: ["up"] }), c()),
      command: up,
    },
    { program: program(a({ v: "4" }), b({ replacing: ["up"] }), c()), command: up },
  ],
  "delete first, then fail to create": [
    { program: program(a({ deleteFirst: true }), b({ replacing: ["up"] })), command: up },
    {
      program: program(a({ v: "2", deleteFirst: true }), b({ replacing: ["up"] })),
      world: { fail: ["create a"] },
      command: up,
    },
    { world: {}, command: up },
  ],
  "delete first, then the dependents leave the program": [
    { program: program(a({ deleteFirst: true }), b({ replacing: ["up"] })), command: up },
    {
      program: program(a({ v: "2", deleteFirst: true }), b({ replacing: ["up"] })),
      world: { fail: ["create b"] },
      command: up,
    },
    { program: program(a({ v: "2", deleteFirst: true })), world: {}, command: up },
  ],
  "failures at every step": [
    { program: program(a(), b()), world: { fail: ["create b"] }, command: up },
    { world: {}, command: up },
    { program: program(a({ size: 1 }), b()), world: { fail: ["update a"] }, command: up },
    { world: {}, command: up },
    { program: program(a({ v: "2", size: 1 }), b()), world: { fail: ["update b"] }, command: up },
    { world: { fail: ["delete a"] }, command: up },
    { world: {}, command: up },
    { program: program(), world: { fail: ["delete a"] }, command: up },
    { world: { fail: ["delete b"] }, command: destroy },
    { world: {}, command: destroy },
  ],
  "created, but not ready": [
    {
      program: program(a({ pw: { $secret: "hush" } }, { additionalSecretOutputs: ["token"] }), b()),
      world: { unready: ["create a"] },
      command: up,
    },
    { world: { unready: ["update a"] }, command: up },
    { world: {}, command: up },
    { world: { unready: ["read a"] }, command: refresh },
    { world: {}, command: refresh },
    { command: up },
  ],
  secrets: [
    {
      program: {
        resources: [
          a(
            {
              pw: { $secret: "hush" },
              list: ["x", { $secret: "y" }],
              tags: { open: "1", shut: { $secret: "2" } },
            },
            { additionalSecretOutputs: ["token"] },
          ),
          b({ up: { $ref: "a.token" } }),
        ],
        outputs: {
          token: { $ref: "a.token" },
          made: { $ref: "a.made" },
          config: { $config: "key" },
          all: { in: { $ref: "a.pw" } },
        },
      },
      command: up,
    },
    { command: up },
    { command: preview },
    { command: refresh },
  ],
  "refresh: gone, drifted, new inputs": [
    { program: program(a({ size: 1 }), b(), c()), command: up },
    { world: { drift: { a: { size: 9 } } }, command: refresh },
    { world: {}, command: up },
    { world: { inputs: { b: { name: "b", v: "1", up: "other" } } }, command: refresh },
    { world: {}, command: up },
    { world: { gone: ["a"] }, command: refresh },
    { world: {}, command: up },
    { world: { fail: ["read a"] }, command: refresh },
    { world: { gone: ["b"] }, command: [...up, "--refresh"] },
  ],
  "protect, ignoreChanges, retainOnDelete": [
    { program: program(a({}, { protect: true }), b({ size: 1 }, { ignoreChanges: ["size"] })), command: up },
    {
      program: program(a({ v: "2" }, { protect: true }), b({ size: 2 }, { ignoreChanges: ["size"] })),
      command: up,
    },
    { program: program(a({}, { protect: true }), b({ size: 2 }, { ignoreChanges: ["size"] })), command: up },
    { command: destroy },
    { program: program(), command: up },
    { program: program(a({ v: "2" }, { retainOnDelete: true })), command: up },
    { program: program(), command: up },
    { command: up },
  ],
  "components, parents, dependsOn, deletedWith": [
    {
      program: program(
        { name: "g", component: true },
        { ...a({}, { parent: "g" }) },
        { ...b({ up: "x" }, { dependsOn: ["g"] }) },
        { name: "d", props: { v: "1" }, opts: { deletedWith: "a" } },
      ),
      command: up,
    },
    {
      program: program(
        { name: "g", component: true },
        { ...a({ v: "2" }, { parent: "g" }) },
        { ...b({ up: "x" }, { dependsOn: ["g"] }) },
        { name: "d", props: { v: "1" }, opts: { deletedWith: "a" } },
      ),
      command: up,
    },
    { program: program({ name: "g", component: true }), command: up },
    { command: destroy },
  ],
  "outputs kept when a program fails": [
    { program: { ...program(a()), outputs: { one: "1", two: { $ref: "a.made" } } }, command: up },
    { program: { ...program(a({ size: 1 })), outputs: { one: "2" }, throws: "half-way" }, command: up },
    {
      program: { ...program(a({ size: 2 })), outputs: { one: "2" } },
      world: { fail: ["update a"] },
      command: up,
    },
    { program: { ...program(a({ v: "invalid" })), outputs: { one: "2" } }, world: {}, command: up },
    { program: { ...program(a({ size: 2 })), outputs: { one: "2" } }, command: up },
    { command: [...preview, "--expect-no-changes"] },
    { program: program(), command: [...preview, "--expect-no-changes"] },
  ],
};

describe("the local engine does as the Pulumi CLI does", { skip, concurrency: 4 }, () => {
  for (const [name, steps] of Object.entries(scenarios)) {
    it(name, async (t) => {
      const stacks = [await TestStack.create(t, localEngine), await TestStack.create(t, cli)] as const;
      for (const stack of stacks) await stack.expect("config", "set", "--secret", "key", "from config");
      for (const [index, { program: next, world, command }] of steps.entries()) {
        const [local, real] = await Promise.all(
          stacks.map(async (stack) => {
            if (next !== undefined) await stack.program(next);
            if (world !== undefined) await stack.world(world);
            const ended = await stack.run(command);
            t.diagnostic(`${stack.engine.name}: step ${index} (${command[0]}) ended with ${ended.code}`);
            return await observe(stack, ended);
          }),
        );
        assert.deepEqual(local, real, `step ${index}: ${command.join(" ")}`);
      }
    });
  }

  it("hands a stack over and back", async (t) => {
    const stack = await TestStack.create(t, localEngine);
    const other = { ...cli, file: "pulumi" };
    await stack.program({
      ...program(a({ pw: { $secret: "hush" } }), b()),
      outputs: { pw: { $ref: "a.pw" } },
    });
    await stack.up();
    const asCli = Object.assign(Object.create(stack) as TestStack, { engine: other });
    assert.match((await asCli.expect(...preview, "--expect-no-changes")).stdout, /3 unchanged/);
    await stack.program({
      ...program(a({ v: "2", pw: { $secret: "hush" } }), b()),
      outputs: { pw: { $ref: "a.pw" } },
    });
    await asCli.up();
    assert.match((await stack.expect(...preview, "--expect-no-changes")).stdout, /3 unchanged/);
    assert.equal((await stack.expect("stack", "output", "pw", "--show-secrets")).stdout, "hush\n");
    await stack.expect(...destroy);
    await asCli.expect("stack", "rm", "dev", "--yes");
  });
});
