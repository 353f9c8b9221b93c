import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Properties } from "../../provider/kinds/kind.ts";
import { loadLifecycle } from "../../provider/lifecycle/loadLifecycle.ts";
import type { RotatingState } from "../../provider/lifecycle/rotatingState.ts";
import { Session } from "../../provider/session.ts";
import { Stack, type Stored } from "../../simulation/stack.ts";
import { DAY, startWorld, type World } from "../../simulation/world.ts";

const PLAIN = "yandex:StaticAccessKey";
const ROTATING = "yandex:RotatingStaticAccessKey";

/** A stack whose plain key becomes that of a rotating resource with the same name. */
async function begin(world: World) {
  const owner = world.iam.addServiceAccount();
  const plain = new Stack(world, PLAIN);
  assert.equal((await plain.run({ serviceAccountId: owner })).error, undefined);
  const stored = plain.stored ?? assert.fail("no key");
  const adopting = {
    owner: stored.inputs.owner,
    serviceAccountId: owner,
    adopt: { id: stored.id, secret: stored.outputs.secretAccessKey },
  };
  return { owner, stored, adopting };
}

/** What a process does for the rotating resource: it makes it, or finds it as it is. */
async function register(session: Session, news: Properties, held?: Stored): Promise<Stored> {
  const lifecycle = await loadLifecycle(ROTATING, session);
  const { inputs, problems } = await lifecycle.check(held?.inputs ?? {}, news);
  assert.deepEqual(problems, []);
  if (!held) return { inputs, ...(await lifecycle.create(inputs)) };
  assert.deepEqual(await lifecycle.diff(held.id, held.outputs, inputs), {
    replaces: [],
    updates: [],
    outlook: undefined,
  });
  return held;
}

async function remove(session: Session, type: string, { id, outputs }: Stored): Promise<void> {
  await (await loadLifecycle(type, session)).delete(id, outputs);
}

describe("a key that goes from one resource of a stack to another", () => {
  test("is not deleted with the resource that leaves the program, in the same run", async () => {
    await using world = await startWorld();
    const { owner, stored, adopting } = await begin(world);
    const session = new Session(world.ports);
    const rotating = await register(session, adopting);
    await remove(session, PLAIN, stored);
    assert.deepEqual(
      world.keysOf(owner).map(({ id }) => id),
      [stored.id],
    );
    // On its way out the heir deletes it like any other key.
    await remove(new Session(world.ports), ROTATING, rotating);
    assert.deepEqual(world.keysOf(owner), []);
  });

  test("is not deleted where another process has taken it over since this one read the keys of the account", async () => {
    await using world = await startWorld();
    const { owner, stored, adopting } = await begin(world);
    const leaving = new Session(world.ports);
    const lifecycle = await loadLifecycle(PLAIN, leaving);
    const { inputs } = await lifecycle.check({}, { owner: "project/stack/other", serviceAccountId: owner });
    const other = await lifecycle.create(inputs);
    await register(new Session(world.ports), adopting);
    await remove(leaving, PLAIN, stored);
    assert.deepEqual(
      world.keysOf(owner).map(({ id }) => id),
      [stored.id, other.id],
    );
  });

  test("is not deleted either where the run was killed in between, and another one finishes its work", async () => {
    await using world = await startWorld();
    const { owner, stored, adopting } = await begin(world);
    const rotating = await register(new Session(world.ports), adopting);
    const session = new Session(world.ports);
    await register(session, adopting, rotating);
    await remove(session, PLAIN, stored);
    assert.deepEqual(
      world.keysOf(owner).map(({ id }) => id),
      [stored.id],
    );
  });

  test("is not deleted where another provider's process has taken it over, and that is said", async () => {
    await using world = await startWorld();
    const { owner, stored, adopting } = await begin(world);
    const [leaving, taking] = [new Session(world.ports), new Session(world.ports)];
    const rotating = await register(taking, adopting);
    await remove(leaving, PLAIN, stored);
    assert.deepEqual(
      world.keysOf(owner).map(({ id }) => id),
      [stored.id],
    );
    assert.match(String(world.warnings), new RegExp(`key ${stored.id} stays: by its tag it belongs to `));
    await remove(new Session(world.ports), ROTATING, rotating);
    assert.deepEqual(world.keysOf(owner), []);
  });

  test("is not deleted where the adoption fails and the engine goes on, as with --continue-on-error", async () => {
    await using world = await startWorld();
    const { owner, stored, adopting } = await begin(world);
    const session = new Session(world.ports);
    world.iam.fail({ operation: "AccessKey.update", fault: { status: 400 } });
    await assert.rejects(register(session, adopting));
    await remove(session, PLAIN, stored);
    assert.deepEqual(
      world.keysOf(owner).map(({ id }) => id),
      [stored.id],
    );
  });

  for (const which of ["current", "previous"] as const) {
    for (const [how, retirement] of [
      ["its overlap is over", { overlap: "7d" }],
      ["there is no overlap", { overlap: "0s" }],
      ["another new key is ordered", { overlap: "7d", keepers: { generation: "2" } }],
    ] as const) {
      if (which === "previous" && how === "there is no overlap") continue;
      test(`the ${which} key of a rotating one that stays is not deleted, although ${how}`, async () => {
        await using world = await startWorld();
        const serviceAccountId = world.iam.addServiceAccount();
        const rotating = new Stack(world, ROTATING);
        const inputs = { serviceAccountId, rotate: { every: "30d" }, overlap: "7d" };
        await rotating.run(inputs);
        world.advance(30 * DAY);
        await rotating.run(inputs);
        const { id } = (rotating.stored?.outputs as RotatingState | undefined)?.[which] ?? assert.fail();
        const heir = new Stack(world, PLAIN, "project/stack/heir");
        assert.equal((await heir.run({ serviceAccountId, adopt: { id } })).error, undefined);
        for (let run = 0; run < 4; run++) {
          world.advance(31 * DAY);
          assert.equal((await rotating.run({ ...inputs, ...retirement })).error, undefined);
        }
        const live = world.keysOf(serviceAccountId).map((key) => key.id);
        assert.ok(live.includes(id), "the heir's key was deleted");
        assert.ok(world.warnings.some((text) => text.includes(`key ${id} stays: by its tag it belongs to `)));
        assert.equal((await heir.destroy()).error, undefined);
        assert.equal((await rotating.destroy()).error, undefined);
        assert.deepEqual(world.keysOf(serviceAccountId), []);
      });
    }
  }

  test("a destroy of both leaves nothing, in whatever order", async () => {
    for (const heirFirst of [true, false]) {
      await using world = await startWorld();
      const { owner, stored, adopting } = await begin(world);
      const rotating = await register(new Session(world.ports), adopting);
      const session = new Session(world.ports);
      if (heirFirst) await remove(session, ROTATING, rotating);
      await remove(session, PLAIN, stored);
      if (!heirFirst) await remove(session, ROTATING, rotating);
      assert.deepEqual(world.keysOf(owner), []);
    }
  });
});
