import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { documentText } from "../../cli/status/document.ts";
import { reportOf } from "../../cli/status/status.ts";
import { loadLifecycle } from "../../provider/lifecycle/loadLifecycle.ts";
import { Session } from "../../provider/session.ts";
import { Stack as SimulatedStack } from "../../simulation/stack.ts";
import { HOUR, SECOND, startWorld, type World } from "../../simulation/world.ts";
import type { Stack } from "../../stack/stack.ts";
import { hidden, printed, reportOn, resource } from "./support.ts";

const STATIC = "yandex:StaticAccessKey";
const ROTATING = "yandex:RotatingStaticAccessKey";
const OWNER = "project/stack/uploads";

/** The rows of a state with these resources, as [state, key, action]. */
async function rows(world: World, resources: readonly object[], pending: readonly object[] = []) {
  const deployment = { resources, pending_operations: pending } as unknown as Stack["deployment"];
  const stack = { deployment, config: new Map(Object.entries(world.config)), notes: [] };
  const { keys, notes } = JSON.parse(documentText(await reportOf(stack, world.ports, false)));
  assert.deepEqual(notes, []);
  type Row = { state: string; keyId: string | null; next: { action: string } };
  return keys.map(({ state, keyId, next }: Row) => [state, keyId, next.action]);
}

/** The resource as a state file has it. */
function asStored(type: string, { stored }: SimulatedStack) {
  if (!stored) throw new Error("nothing is stored");
  const { id, inputs, outputs } = stored;
  return { ...resource(type, "uploads"), id, inputs, outputs };
}

const plant = (world: World, tag: string, seconds = 0) =>
  world.iam.plantKey({
    kind: STATIC,
    owner: world.iam.serviceAccountId,
    description: tag,
    createdAt: new Date(world.ports.now() - HOUR + seconds * SECOND).toISOString(),
  });

describe("a key that carries the name of a resource and is in no state", () => {
  for (const type of [STATIC, ROTATING]) {
    const tag = type === STATIC ? `[pulumi ${OWNER}` : `rotating:[pulumi ${OWNER}`;

    test(`${type}: it is shown to stay, beside that which the next run deletes`, async () => {
      await using world = await startWorld();
      const stack = new SimulatedStack(world, type);
      const news = { serviceAccountId: world.iam.serviceAccountId };
      assert.equal((await stack.run(news)).error, undefined);
      const mark = String(stack.stored?.outputs.mark).replace(/\.1$/, "");
      world.advance(2 * HOUR);
      const { id, outputs } = stack.stored ?? assert.fail();
      const held = type === STATIC ? id : (outputs.current as { id: string }).id;
      const left = await plant(world, `${tag} #k3f9x2ab.1]`);
      const lost = await plant(world, `${tag} #${mark}.2?]`, 1);
      const only = type === STATIC ? "only" : "current";
      // A run that does nothing to the resource deletes nothing.
      assert.deepEqual(await rows(world, [asStored(type, stack)]), [
        [only, held, "none"],
        ["leftover", left, "none"],
        ["leftover", lost, "none"],
      ]);
      world.config["iam-keys:rotateNow"] = "incident-42:*";
      const before = asStored(type, stack);
      assert.deepEqual(await rows(world, [before]), [
        [only, held, type === STATIC ? "replace" : "rotate"],
        ["abandoned", lost, "delete"],
        ["leftover", left, "none"],
      ]);
      assert.equal((await stack.run(news)).error, undefined);
      const live = world.keysOf(world.iam.serviceAccountId).map(({ id }) => id);
      assert.deepEqual([live.includes(left), live.includes(lost)], [true, false]);
      assert.deepEqual((await rows(world, [asStored(type, stack)])).at(-1), ["leftover", left, "none"]);
    });
  }

  test("of a creation that was cut off, it is shown beside that", async () => {
    await using world = await startWorld();
    const { serviceAccountId } = world.iam;
    const lifecycle = await loadLifecycle(STATIC, new Session(world.ports));
    const { inputs } = await lifecycle.check({}, { serviceAccountId, owner: OWNER });
    const { id } = await lifecycle.create(inputs);
    const begun = { ...resource(STATIC, "uploads"), id: "", inputs, outputs: {} };
    assert.deepEqual(await rows(world, [], [{ type: "creating", resource: begun }]), [
      ["pendingCreation", null, "unknown"],
      ["leftover", id, "none"],
    ]);
  });

  test("of an AWS user, one is shown that nobody ever used", async () => {
    await using world = await startWorld();
    const { userName } = world.iam;
    const stack = new SimulatedStack(world, "aws:AccessKey");
    assert.equal((await stack.run({ userName })).error, undefined);
    const stored = asStored("aws:AccessKey", stack);
    const id = await world.iam.plantKey({ kind: "aws:AccessKey", owner: userName });
    assert.deepEqual(await rows(world, [stored]), [
      ["only", stored.id, "none"],
      ["leftover", id, "none"],
    ]);
    world.iam.patch(id, { lastUsedAt: new Date(world.ports.now()).toISOString() });
    assert.deepEqual(await rows(world, [stored]), [["only", stored.id, "none"]]);
  });

  test("without the APIs, one is shown that the state remembers", async () => {
    const outputs = {
      leftovers: [{ id: "left", createdAt: "2026-03-10T09:00:00Z" }],
      secretAccessKey: hidden(),
    };
    const { json, text } = printed(await reportOn([resource(STATIC, "key", { outputs })]));
    const [, left] = json.keys;
    assert.deepEqual(
      [left.state, left.keyId, left.ageSeconds, left.overdue],
      ["leftover", "left", 10_800, false],
    );
    assert.match(
      text,
      /left +3 h +- +leftover +\? \[1\] +nothing: if nobody has it, `iam-keys sweep` deletes it$/m,
    );
  });
});
