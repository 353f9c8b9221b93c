import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { observe } from "../../local/engine/tests/support/comparison.ts";
import { type ProgramJson, TestStack } from "../../local/engine/tests/support/stack.ts";
import { localEngine, realEngine } from "../../tools/engine.ts";

const cli = await realEngine();

const up = ["up", "--yes", "--skip-preview", "--non-interactive", "--color", "never"];
const refresh = ["refresh", "--yes", "--skip-preview", "--non-interactive", "--color", "never"];
const destroy = ["destroy", "--yes", "--skip-preview", "--non-interactive", "--color", "never"];
const preview = ["preview", "--non-interactive", "--color", "never"];

interface Step {
  readonly program?: ProgramJson;
  readonly world?: Record<string, unknown>;
  readonly command: readonly string[];
  /** The CLI asks for diffs here that change nothing, which ours does not. */
  readonly idleDiffs?: true;
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
// Its provider cannot tell what changed, so that the engine compares the inputs.
const unsure = (
  name: string,
  props: Record<string, unknown>,
  replaceOnChanges = ["size", "tags.x", "list[*].x"],
) => ({ name, props: { v: "1", cannotTell: true, ...props }, opts: { replaceOnChanges } });
const ignoring = (props: Record<string, unknown>, ignoreChanges: string[]) => ({
  name: "i",
  props: { v: "1", ...props, ...("pw" in props && { pw: { $secret: props.pw } }) },
  opts: { ignoreChanges },
});
const renamed = (name: string, from: string, props: Record<string, unknown> = {}) => ({
  name,
  props: { v: "1", ...props },
  opts: { aliases: [{ name: from }] },
});
const below = (name: string) => ({ name: "b", props: { v: "1", up: { $ref: `${name}.made` } } });
const target = (...names: string[]) =>
  names.map((name) => `--target=urn:pulumi:dev::things::pulumi-nodejs:dynamic/test:Thing::${name}`);
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
    { world: { gone: ["c"] }, command: [...destroy, "--refresh"] },
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
        { name: "g", component: "Group" },
        { ...a({}, { parent: "g" }) },
        { ...b({ up: "x" }, { dependsOn: ["g"] }) },
        { name: "d", props: { v: "1" }, opts: { deletedWith: "a" } },
      ),
      command: up,
    },
    {
      program: program(
        { name: "g", component: "Group" },
        { ...a({ v: "2" }, { parent: "g" }) },
        { ...b({ up: "x" }, { dependsOn: ["g"] }) },
        { name: "d", props: { v: "1" }, opts: { deletedWith: "a" } },
      ),
      command: up,
    },
    { program: program({ name: "g", component: "Group" }), command: up },
    { command: destroy },
  ],
  "delete first, while a dependent leaves the program": [
    { program: program(a({ deleteFirst: true }), b({ replacing: ["up"] }), c()), command: up },
    { program: program(a({ v: "2", deleteFirst: true })), command: up },
    { command: up },
  ],
  "deletedWith: replaced and deleted together": [
    {
      program: program(
        a({ deleteFirst: true }),
        { name: "d", props: { v: "1" }, opts: { deletedWith: "a" } },
        { name: "e", props: { v: "1" }, opts: { deletedWith: "d" } },
      ),
      command: up,
    },
    {
      program: program(
        a({ v: "2", deleteFirst: true }),
        { name: "d", props: { v: "1" }, opts: { deletedWith: "a" } },
        { name: "e", props: { v: "1" }, opts: { deletedWith: "d" } },
      ),
      command: preview,
    },
    { command: up },
    { program: program(a({ v: "2" }), { name: "d", props: { v: "1" }, opts: {} }), command: up },
    { command: destroy },
  ],
  "protect: what must not be replaced, and what depends on it": [
    { program: program(a({ deleteFirst: true }), b({ replacing: ["up"] }, { protect: true })), command: up },
    {
      program: program(a({ v: "2", deleteFirst: true }), b({ replacing: ["up"] }, { protect: true })),
      command: preview,
    },
    { command: up },
    {
      program: program(a({ deleteFirst: true }, { protect: true }), b({ replacing: ["up"] })),
      command: up,
    },
    {
      program: program(a({ v: "2", deleteFirst: true }, { protect: true }), b({ replacing: ["up"] })),
      command: preview,
    },
    { command: up },
    { program: program(b({ up: "x", replacing: ["up"] })), command: preview },
    { command: up },
    { command: destroy },
    { program: program(a({ v: "2", deleteFirst: true }, { protect: false })), command: up },
  ],
  "customTimeouts, additionalSecretOutputs": [
    {
      program: program(a({}, { customTimeouts: { create: "1m30s", update: "1h", delete: "90ms" } }), b()),
      command: up,
    },
    {
      program: program(
        a(
          { size: 2 },
          { customTimeouts: { update: "2.5s" }, additionalSecretOutputs: ["token", "none", "size"] },
        ),
        b(),
      ),
      command: up,
    },
    { program: program(a({ size: 2 }), b()), command: up },
    { command: refresh },
  ],
  "replaceOnChanges: names, nested paths, wildcards": [
    {
      program: program(
        a({ size: 1, tags: { x: 1, y: 1 } }, { replaceOnChanges: ["size", "tags.x"] }),
        unsure("s", { size: 1, tags: { x: 1, y: 1 }, list: [{ x: 1, y: 1 }, { x: 2 }] }),
      ),
      command: up,
    },
    // A provider that says itself what changed is believed, but says no names.
    {
      program: program(
        a({ size: 2, tags: { x: 2, y: 1 } }, { replaceOnChanges: ["size", "tags.x"] }),
        unsure("s", { size: 1, tags: { x: 1, y: 2 }, list: [{ x: 1, y: 1 }, { x: 2 }] }),
      ),
      command: up,
    },
    {
      program: program(unsure("s", { size: 1, tags: { x: 3, y: 2 }, list: [{ x: 1, y: 1 }, { x: 2 }] })),
      command: preview,
    },
    { command: up },
    {
      program: program(unsure("s", { tags: { x: 3, y: 2 }, list: [{ x: 1, y: 2 }, { x: 2 }] })),
      command: up,
    },
    { program: program(unsure("s", { tags: { x: 3 }, list: [{ x: 1, y: 2 }, { x: 4 }] })), command: up },
    { program: program(unsure("s", { tags: { x: 3 }, list: [{ x: 1, y: 2 }] }, ["*"])), command: up },
    {
      program: program(unsure("s", { tags: { x: 3 }, list: [{ x: 9, y: 2 }] }, ["list[1]", 'tags["a.b"]'])),
      command: up,
    },
    { program: program(unsure("s", { tags: { x: 3, "a.b": 1 } }, ["list[1]", 'tags["a.b"]'])), command: up },
    { program: program(unsure("s", { tags: { x: 3 } }, ["list["])), command: up },
  ],
  "ignoreChanges: nested paths, wildcards, secrets": [
    {
      program: program(ignoring({ tags: { x: 1, y: 1 }, list: [{ x: 1, y: 1 }, { x: 2 }], pw: "1" }, [])),
      command: up,
    },
    {
      program: program(
        ignoring({ tags: { x: 2, y: 2, z: 2 }, list: [{ x: 3, y: 3 }, { x: 4 }], pw: "2" }, [
          "tags.x",
          "list[*].x",
          "pw",
          "none.at.all",
        ]),
      ),
      command: up,
    },
    {
      program: program(ignoring({ tags: {}, list: [{ x: 9 }], pw: "3" }, ["tags.*", "list[1].x", "pw"])),
      command: up,
    },
    {
      program: program(
        ignoring({ tags: { q: { r: 1 } }, list: "x" }, ["tags.q.r", "list[0]", "pw", "..bad["]),
      ),
      command: up,
    },
    { program: program(ignoring({ tags: { q: { r: 2 } }, extra: 1 }, ["extra", "tags"])), command: up },
    { program: program(ignoring({ tags: "other", extra: 2 }, ["tags.q", "*"])), command: up },
    { program: program(ignoring({}, ["tags.q.r", "list", "pw"])), command: up },
  ],
  "aliases: names, parents, types, whole URNs": [
    {
      program: program(
        { name: "g", component: "Group" },
        { name: "g-a", props: { v: "1" }, opts: { parent: "g" } },
        a(),
        b(),
      ),
      command: up,
    },
    {
      program: program(
        { name: "h", component: "Group", opts: { aliases: [{ name: "g" }] } },
        { name: "h-a", props: { v: "1" }, opts: { parent: "h" } },
        renamed("a2", "a"),
        below("a2"),
      ),
      command: preview,
    },
    { command: up },
    { command: up },
    {
      program: program(
        { name: "h", component: "Team", opts: { aliases: [{ type: "test:index:Group" }] } },
        { name: "h-a", props: { v: "1" }, opts: { parent: "h" } },
        { name: "a2", props: { v: "1" }, opts: { parent: "h", aliases: [{ parent: null }] } },
        below("a2"),
      ),
      command: up,
    },
    {
      program: program(
        { name: "h", component: "Team" },
        { name: "k", component: "Team" },
        { name: "z", props: { v: "1" }, opts: { parent: "k", aliases: [{ name: "h-a", parent: "h" }] } },
        {
          name: "a3",
          props: { v: "1" },
          opts: { aliases: ["urn:pulumi:dev::things::test:index:Team$pulumi-nodejs:dynamic/test:Thing::a2"] },
        },
        below("a3"),
      ),
      command: up,
    },
    {
      program: program(renamed("y", "nothing-at-all"), renamed("x", "a3"), {
        ...renamed("w", "a3"),
        opts: { aliases: [{ name: "a3" }], dependsOn: ["x"] },
      }),
      command: up,
    },
    { command: destroy },
  ],
  "aliases: renamed and replaced, or failing half-way": [
    { program: program(a(), b({}, { dependsOn: ["a"] }), c()), command: up },
    {
      program: program(renamed("a2", "a", { v: "2" }), below("a2"), c()),
      world: { fail: ["update b"] },
      command: up,
    },
    { world: {}, command: up },
    { program: program(renamed("a3", "a2", { v: "3", deleteFirst: true }), below("a3"), c()), command: up },
    {
      program: program(renamed("a4", "a3", { v: "3", size: 1 }), below("a4"), c()),
      world: { fail: ["update a4"] },
      command: up,
    },
    { world: {}, command: up },
    { program: program({ name: "g", component: "Group" }, a({}, { parent: "g" })), command: up },
    {
      program: program(
        { name: "h", component: "Group", opts: { aliases: [{ name: "g" }] } },
        a({ v: "2" }, { parent: "h" }),
      ),
      world: { fail: ["create a"] },
      command: up,
    },
    { world: {}, command: up },
    { program: program(a({ v: "2" })), command: up },
    { command: destroy },
  ],
  "--target: only what is named, and what needs it": [
    {
      program: program(a(), b(), c(), { name: "d", props: { v: "1" } }),
      command: [...up, ...target("a", "c")],
    },
    { command: [...up, ...target("a"), "--target-dependents"] },
    { command: up },
    {
      program: program(a({ size: 1 }), b({ size: 1 }), c(), { name: "d", props: { v: "1", size: 1 } }),
      command: [...up, ...target("a")],
    },
    { command: [...preview, ...target("a"), "--target-dependents"] },
    { command: [...up, ...target("b", "x")] },
    { program: program(a(), b(), c({ size: 2 })), command: [...up, "-t", "**::c"] },
    { program: program(a({ v: "2" }), c({ up: "x" })), command: [...up, ...target("c")], idleDiffs: true },
    { command: [...up, ...target("a")], idleDiffs: true },
    { command: [...destroy, ...target("a")], idleDiffs: true },
    { world: { drift: { a: { size: 7 }, b: { size: 7 } } }, command: [...refresh, ...target("b")] },
    { command: [...destroy, ...target("b"), "--target-dependents"], idleDiffs: true },
    { command: [...destroy, ...target("nope")], idleDiffs: true },
    { command: destroy },
  ],
  "exit codes: expecting no changes, contradictions": [
    { program: program(a(), b()), command: up },
    { world: { drift: { a: { size: 7 } } }, command: [...refresh, "--expect-no-changes"] },
    { command: [...refresh, "--expect-no-changes"] },
    { command: [...preview, "--expect-no-changes"] },
    { world: {}, command: [...up, "--refresh", "--expect-no-changes"] },
    { program: program(a({ v: "2" }), b()), world: { fail: ["delete a"] }, command: up },
    { world: {}, command: [...preview, "--expect-no-changes"] },
    { command: [...up, "--expect-no-changes"] },
    { command: ["up", "--yes", "--preview-only"] },
    { command: ["refresh", "--preview-only", "--expect-no-changes", "--non-interactive"] },
    { command: ["destroy", "--preview-only", "--non-interactive"] },
    { command: ["destroy", "--preview-only", "--yes"] },
    { command: ["up", "--non-interactive"] },
    { command: ["up", "--yes", "--no-such-flag"] },
    { command: ["up", "--yes", "--stack", "none-of-these"] },
    { command: ["refresh", "--yes", "--clear-pending-creates", "--skip-pending-creates"] },
    { command: ["destroy", "--non-interactive"] },
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

/** What the local engine does otherwise, and is to learn. */
const UNLIKE: Readonly<Record<string, string>> = {
  "delete first, then fail to create":
    "the local engine deletes a dependent once more that was deleted in the run before",
};

describe("the local engine does as the Pulumi CLI does", { concurrency: 2 }, () => {
  for (const [name, steps] of Object.entries(scenarios)) {
    it(name, UNLIKE[name] === undefined ? {} : { todo: UNLIKE[name] }, async (t) => {
      const stacks = [await TestStack.create(t, localEngine), await TestStack.create(t, cli)] as const;
      for (const stack of stacks) await stack.expect("config", "set", "--secret", "key", "from config");
      for (const [index, { program: next, world, command, idleDiffs }] of steps.entries()) {
        const [local, real] = await Promise.all(
          stacks.map(async (stack) => {
            if (next !== undefined) await stack.program(next);
            if (world !== undefined) await stack.world(world);
            const ended = await stack.run(command);
            t.diagnostic(`${stack.engine.name}: step ${index} (${command[0]}) ended with ${ended.code}`);
            const observed = await observe(stack, ended);
            const isCompared = (call: string) => idleDiffs !== true || !call.startsWith('["diff"');
            return { ...observed, calls: observed.calls.filter(isCompared) };
          }),
        );
        assert.deepEqual(local, real, `step ${index}: ${command.join(" ")}`);
      }
    });
  }

  it("hands a stack over and back", async (t) => {
    const [local, real] = [await TestStack.create(t, localEngine), await TestStack.create(t, cli)];
    const programOf = (v: string) => ({
      ...program(
        { name: "g", component: "Group" },
        a({ v, pw: { $secret: "hush" } }, { parent: "g", protect: true, customTimeouts: { create: "5m" } }),
        b({}, { dependsOn: ["g"], ignoreChanges: ["size"], replaceOnChanges: ["v"] }),
        { name: "d", props: { v: "1" }, opts: { deletedWith: "b", retainOnDelete: true } },
      ),
      outputs: { pw: { $ref: "a.pw" } },
    });
    for (const stack of [local, real]) await stack.program(programOf("1"));
    await local.up();
    await handOver(local, real);
    assert.match((await real.expect(...preview, "--expect-no-changes")).stdout, /5 unchanged/);
    await real.expect(...refresh, "--expect-no-changes");
    await real.program({ ...programOf("1"), outputs: { pw: { $ref: "a.pw" }, more: "1" } });
    await real.up();
    await handOver(real, local);
    await local.program({ ...programOf("1"), outputs: { pw: { $ref: "a.pw" }, more: "1" } });
    assert.match((await local.expect(...preview, "--expect-no-changes")).stdout, /5 unchanged/);
    await local.expect(...refresh, "--expect-no-changes");
    assert.equal((await local.expect("stack", "output", "pw", "--show-secrets")).stdout, "hush\n");
    // The same folder may serve both, too.
    const asCli = new TestStack(local.folder, cli);
    await asCli.expect(...preview, "--expect-no-changes");
  });

  it("goes on alike after a run that was killed", async (t) => {
    const stacks = [await TestStack.create(t, localEngine), await TestStack.create(t, cli)] as const;
    const [local, real] = stacks;
    for (const stack of stacks) await stack.program(program(a(), b(), c()));
    await local.world({ wait: { "create b": 60_000 } });
    const run = local.start(up);
    run.stdout.resume();
    await local.untilLogged('["create",{"name":"b"');
    run.kill("SIGKILL");
    await once(run, "close");
    await local.expect("cancel", "--yes");
    await local.world({});
    await local.calls();
    // An import would settle what is pending.
    await writeFile(real.statePath, await local.stateText());
    const clear = [...refresh, "--clear-pending-creates"];
    for (const command of [preview, up, refresh, clear, [...preview, "--expect-no-changes"], destroy]) {
      const observed = await Promise.all(
        stacks.map(async (stack) => await observe(stack, await stack.run(command))),
      );
      assert.deepEqual(observed[0], observed[1], command.join(" "));
    }
  });
});

async function handOver(from: TestStack, to: TestStack): Promise<void> {
  const file = join(to.folder, "handed-over.json");
  await from.expect("stack", "export", "--file", file);
  await to.expect("stack", "import", "--file", file);
}
