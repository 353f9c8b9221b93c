import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { statePath } from "../../../stack/files/backend.ts";
import type { DeploymentJson } from "../../../stack/files/deploymentJson.ts";
import { writeDeployment } from "../state/backend.ts";
import { encodeDeployment, type Snapshot } from "../state/deploymentFile.ts";
import { journalPath } from "../state/journal.ts";
import type { Crypter } from "../state/passphrase.ts";
import { makeReference, newState, type ResourceState } from "../state/resourceState.ts";
import { RunState } from "../state/runState.ts";
import { SnapshotManager } from "../state/snapshotManager.ts";
import { readState, settleJournal } from "../state/stateFile.ts";
import { Secret } from "../values/propertyValue.ts";

const project = { name: "things", root: "/nowhere" };
const stack = "dev";
/** Hides nothing: what is encrypted is not the point here. */
const crypter: Crypter = { salt: "v1:c2FsdA==:v1:a:b", encrypt: (text) => text, decrypt: (text) => text };
const urnOf = (name: string, type = "test:Thing") => `urn:pulumi:dev::things::${type}::${name}`;
const provider = makeReference(urnOf("default", "pulumi:providers:test"), "1");

function thing(name: string, version: string, more: Partial<ResourceState> = {}): ResourceState {
  const outputs = { version, secret: new Secret(`secret of ${name}`) };
  const id = `${name}-${version}`;
  return newState({ urn: urnOf(name), type: "test:Thing", custom: true, provider, id, outputs, ...more });
}

/** A stack with a state file of its own, and a run that is at work on it. */
class World {
  readonly base: Snapshot;
  readonly state: RunState;
  readonly manager: SnapshotManager;

  private constructor(base: Snapshot, state: RunState) {
    this.base = base;
    this.state = state;
    this.manager = new SnapshotManager(base, state);
  }

  static async create(t: TestContext, base: Snapshot): Promise<World> {
    const folder = await mkdtemp(join(tmpdir(), "journal-test-"));
    t.after(async () => await rm(folder, { recursive: true, force: true }));
    const backend = { url: `file://${folder}`, folder };
    const encoded = encodeDeployment(base, crypter, new Date(0));
    const digest = await writeDeployment(backend, project.name, stack, encoded);
    assert.equal(statePath(backend, project.name, stack), join(folder, ".pulumi/stacks/things/dev.json"));
    const state = new RunState({ backend, project, stack }, crypter, digest);
    t.after(async () => await state.close());
    return new World(base, state);
  }

  get journal(): string {
    return journalPath(this.state.path);
  }

  /** What the run has come to. */
  get expected(): unknown {
    return contentsOf(encodeDeployment(this.manager.current(), crypter, new Date(0)));
  }

  /** What somebody reads who opens the stack. */
  async read(): Promise<unknown> {
    return contentsOf((await readState(this.state.path))?.content.checkpoint.latest ?? {});
  }
}

function contentsOf({ resources, pending_operations: pending }: DeploymentJson): unknown {
  return JSON.parse(JSON.stringify({ resources, pending }));
}

function someThings(): ResourceState[] {
  return [
    newState({
      urn: urnOf("default", "pulumi:providers:test"),
      type: "pulumi:providers:test",
      custom: true,
      id: "1",
    }),
    ...["a", "b", "c", "d"].map((name) => thing(name, "1")),
    thing("child", "1", {
      parent: urnOf("d"),
      dependencies: [urnOf("d")],
      propertyDependencies: { x: [urnOf("d")] },
    }),
  ];
}

/** Everything that a run does to a state; after each step, what is read is compared. */
async function work({ manager, base }: World, compare: () => Promise<void>): Promise<void> {
  const [provider, a, b, c, d] = base.resources as [ResourceState, ...ResourceState[]];
  const [oldA, oldB, oldC, oldD] = [a, b, c, d] as [
    ResourceState,
    ResourceState,
    ResourceState,
    ResourceState,
  ];
  manager.keep(provider, { ...provider });

  const created = thing("new", "1");
  await manager.begin(created, "creating");
  await compare();
  await manager.end(created, { added: created });
  await compare();

  const updated = thing("a", "2");
  const [replacing, failed] = [thing("b", "2"), thing("x", "1")];
  await Promise.all([
    manager.begin(updated, "updating"),
    manager.begin(replacing, "creating"),
    manager.begin(failed, "creating"),
  ]);
  await compare();
  oldB.delete = true;
  await Promise.all([
    manager.end(updated, { removed: oldA, added: updated }),
    manager.end(replacing, { added: replacing, changed: oldB }),
    manager.end(failed, {}),
  ]);
  await compare();

  await manager.begin(oldC, "deleting");
  oldC.pendingReplacement = true;
  await manager.end(oldC, { changed: oldC });
  await compare();
  const again = thing("c", "1");
  await manager.begin(again, "creating");
  await manager.end(again, { removed: oldC, added: again });

  // Renamed: what depends on it, and has not been come to, is to find it under its present name.
  await manager.record({ removed: oldD, added: thing("e", "1", { aliases: [urnOf("d")] }) });
  await compare();
  again.outputs = { version: "3" };
  await manager.record({ changed: again });
  await manager.begin(oldB, "deleting");
  await manager.end(oldB, { removed: oldB });
  await compare();
}

describe("the journal of a run", () => {
  it("has, after every step, all that the run has come to", async (t) => {
    const pendingOperations = [
      { resource: thing("lost", "1"), type: "creating" as const },
      { resource: thing("a", "1"), type: "updating" as const },
    ];
    const world = await World.create(t, { resources: someThings(), pendingOperations });
    const before = await readFile(world.state.path, "utf8");
    await work(world, async () => assert.deepEqual(await world.read(), world.expected));
    assert.equal(await readFile(world.state.path, "utf8"), before);
    assert.equal(await world.manager.settle(), undefined);
    assert.deepEqual(await world.read(), world.expected);
    await assert.rejects(readFile(world.journal), { code: "ENOENT" });
  });

  it("may be cut off at any place: what was written before it counts", async (t) => {
    const world = await World.create(t, { resources: someThings(), pendingOperations: [] });
    const states = [await world.read()];
    await work(world, async () => void states.push(world.expected));
    const whole = await readFile(world.journal);
    const ends = [...whole.entries()].filter(([, byte]) => byte === 10).map(([index]) => index + 1);
    const readAfter: unknown[] = [];
    for (const [index, end] of [0, ...ends].entries()) {
      await writeFile(world.journal, whole.subarray(0, end));
      readAfter.push(await world.read());
      const next = ends[index] ?? end;
      for (const cut of [end + 1, next - 1].filter((each) => each > end && each < next)) {
        await writeFile(world.journal, whole.subarray(0, cut));
        assert.deepEqual(await world.read(), readAfter[index]);
      }
    }
    for (const state of states) assert.ok(readAfter.some((read) => isDeepStrictEqual(read, state)));
    await writeFile(world.journal, Buffer.concat([whole, Buffer.from('{"begin":{"work":9')]));
    await settleJournal(world.state.path);
    assert.deepEqual(await world.read(), world.expected);
    await assert.rejects(readFile(world.journal), { code: "ENOENT" });
  });

  it("does no harm when its run is killed between writing the state and removing it", async (t) => {
    const world = await World.create(t, { resources: someThings(), pendingOperations: [] });
    await work(world, async () => {});
    const [base, journal] = await Promise.all([readFile(world.state.path), readFile(world.journal)]);
    await settleJournal(world.state.path);
    const settled = await readFile(world.state.path);
    const { digest = "" } = (await readState(world.state.path)) ?? {};
    const ended = Buffer.concat([journal, Buffer.from(`${JSON.stringify({ whole: digest })}\n`)]);
    for (const file of [base, settled]) {
      await writeFile(world.state.path, file);
      await writeFile(world.journal, ended);
      assert.deepEqual(await world.read(), world.expected);
      await settleJournal(world.state.path);
      assert.deepEqual(await readFile(world.state.path), settled);
      await assert.rejects(readFile(world.journal), { code: "ENOENT" });
    }
  });

  it("is not applied to another state than its own, nor passed over where it is damaged", async (t) => {
    const world = await World.create(t, { resources: someThings(), pendingOperations: [] });
    await work(world, async () => {});
    const [base, journal] = await Promise.all([
      readFile(world.state.path, "utf8"),
      readFile(world.journal, "utf8"),
    ]);
    await writeFile(world.state.path, base.replace('"a-1"', '"a-9"'));
    await assert.rejects(readState(world.state.path), /something else has written it since/);
    await writeFile(world.state.path, base);
    await writeFile(world.journal, journal.replace('{"begin"', '{"be'));
    await assert.rejects(readState(world.state.path), /line \d of .*journal.* is damaged/);
  });

  it("stops a run whose stack somebody else has taken over", async (t) => {
    const world = await World.create(t, { resources: [], pendingOperations: [] });
    const first = thing("first", "1");
    await world.manager.begin(first, "creating");
    await settleJournal(world.state.path);
    await assert.rejects(world.manager.begin(thing("second", "1"), "creating"), /taken over the stack/);
    // What it did until then it still tells.
    await assert.rejects(world.manager.end(first, { added: first }), /taken over the stack/);
    assert.equal(await world.manager.settle(), undefined);
    assert.deepEqual(await world.read(), world.expected);
  });
});
