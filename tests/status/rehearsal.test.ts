import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { ApiView } from "../../cli/apiView.ts";
import { type Rehearsal, rehearse } from "../../cli/status/rehearsal.ts";
import type { Act } from "../../cli/status/rehearsedKind.ts";
import type { Properties } from "../../provider/kinds/kind.ts";
import { loadWholeKind } from "../../provider/lifecycle/loadLifecycle.ts";
import { Session } from "../../provider/session.ts";
import { isAccepted } from "../../simulation/consumer.ts";
import { AWS_KEY, type Begun, begin, STATIC_KEY } from "../../simulation/rotatingKinds.ts";
import type { Stored } from "../../simulation/stack.ts";
import { HOUR, type World } from "../../simulation/world.ts";
import type { StoredResource } from "../../stack/storedResource.ts";

function storedResource(type: string, stored: Stored, isReplaced = false): StoredResource {
  const { id, inputs, outputs } = stored;
  const flags = { isReplaced, isUnfinished: false, isProtected: false };
  return {
    urn: `urn:pulumi:stack::project::${type}::uploads`,
    name: "uploads",
    type,
    id,
    inputs,
    outputs,
    ...flags,
  };
}

async function rehearsed(world: World, type: string, stored: Stored): Promise<Rehearsal> {
  const requests = world.iam.requests.length;
  const keys = world.iam.keys();
  const before = structuredClone(stored);
  const api = new ApiView(new Session(world.ports), false);
  const rehearsal = await rehearse(storedResource(type, stored), await loadWholeKind(type), api);
  assert.deepEqual(stored, before);
  assert.deepEqual(world.iam.keys(), keys, "a rehearsal changes nothing");
  const asked = world.iam.requests.slice(requests).map(({ method }) => method);
  // AWS asks by POST, whatever it asks.
  if (!type.startsWith("aws:")) assert.ok(asked.every((method) => method === "GET"));
  return rehearsal;
}

/** A run does what its rehearsal said: it makes and deletes the same keys, and makes the same ones inactive. */
async function runAsRehearsed(s: Begun): Promise<Rehearsal> {
  const { stored } = s.stack;
  if (!stored) throw new Error("nothing is stored");
  const rehearsal = await rehearsed(s.world, s.kind.type, stored);
  const before = s.world.keysOf(s.owner);
  const run = await s.run();
  const after = s.world.keysOf(s.owner);
  const ids = (...whats: Act["what"][]) =>
    rehearsal.acts.filter(({ what }) => whats.includes(what)).map(({ id }) => id);
  assert.equal(run.did, rehearsal.does);
  assert.equal(run.error?.message, rehearsal.failure);
  const gone = before.filter(({ id }) => !after.some((key) => key.id === id));
  assert.deepEqual(gone.map(({ id }) => id).sort(), ids("delete").sort());
  const made = after.filter(({ id }) => !before.some((key) => key.id === id));
  assert.equal(made.length, ids("create").length);
  const changed = after.filter(({ id, status }) =>
    before.some((key) => key.id === id && key.status !== status),
  );
  assert.deepEqual(
    changed.map(({ id }) => id),
    ids("deactivate", "reactivate"),
  );
  return rehearsal;
}

const kind = fc.oneof(
  { weight: 3, arbitrary: fc.constant(STATIC_KEY) },
  { weight: 3, arbitrary: fc.constant(AWS_KEY) },
);

const policy = fc.record(
  {
    rotate: fc.record(
      {
        every: fc.integer({ min: 8, max: 30 }).map((days) => `${days}d`),
        window: fc.constantFrom(
          { days: ["tue" as const], timeZone: "Europe/Berlin" },
          { hours: "22:00-06:00", timeZone: "UTC", maxDelay: "12h" },
        ),
        paused: fc.boolean(),
      },
      { requiredKeys: ["every"], noNullPrototype: true },
    ),
    overlap: fc.constantFrom("0s", "12h", "3d"),
    retire: fc.constantFrom<Properties["retire"]>(
      "undo",
      { grace: "2d" },
      { grace: "0s", unlessUsedWithin: "2d" },
    ),
  },
  { requiredKeys: ["rotate"], noNullPrototype: true },
);

const happening = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 400 }).map((hours) => ({ hours })) },
  { weight: 1, arbitrary: fc.constant({ does: "order" as const }) },
  { weight: 1, arbitrary: fc.constant({ does: "use" as const }) },
  { weight: 1, arbitrary: fc.constant({ does: "lose" as const }) },
  { weight: 1, arbitrary: fc.constant({ does: "refresh" as const }) },
);

describe("what the next run is said to do is what it does", { concurrency: false }, () => {
  test("whatever the policy, and whatever happens before it", async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        kind,
        policy,
        fc.array(happening, { maxLength: 12 }),
        async (one, wanted, happenings) => {
          await using s = await begin(one, wanted);
          let orders = 0;
          for (const event of happenings) {
            if ("hours" in event) s.world.advance(event.hours * HOUR);
            else if (event.does === "order") s.world.config["iam-keys:rotateNow"] = `order-${++orders}:up*`;
            else if (event.does === "refresh") await s.stack.refresh();
            else if (event.does === "use") {
              if (s.previous) await isAccepted(s.world, s.previous.id, s.previous);
            } else {
              // A key is made, the answer to that is lost, and so is all that could tell of it.
              s.world.iam.fail({ operation: one.create, times: 9, fault: { status: 500, when: "after" } });
              for (const operation of [...one.sweep, ...one.beforeCreate])
                s.world.iam.fail({ operation, times: 1, fault: { status: 403, when: "before" } });
              s.world.config["iam-keys:rotateNow"] = `order-${++orders}:up*`;
              await s.run();
              s.world.iam.clearFaults();
              // In the same second, a run would go on with that key.
              s.world.advance(HOUR);
            }
            const { does, acts } = await runAsRehearsed(s);
            seen.add(`${does} ${acts.map(({ what }) => what)}`);
          }
        },
      ),
      { numRuns: 25 },
    );
    for (const way of ["nothing ", "update create", "update delete"])
      assert.ok(seen.has(way), `${way} is among ${[...seen].join("; ")}`);
  });

  for (const one of [STATIC_KEY, AWS_KEY])
    for (const isGone of [false, true])
      test(`${one.type}: the way back to the previous key, which is ${isGone ? "gone" : "there"}`, async () => {
        await using s = await begin(one);
        s.world.advance(30 * 24 * HOUR);
        await s.run();
        s.world.config["iam-keys:revertNow"] = "oops-1:up*";
        const { current, previous } = s;
        if (isGone) s.world.iam.remove(previous?.id ?? "");
        const { outlook, acts, failure = "" } = await runAsRehearsed(s);
        assert.deepEqual([outlook?.what, acts], ["revert", []]);
        assert.equal(s.current?.id, isGone ? current?.id : previous?.id);
        assert.equal(failure.includes(`The previous key ${previous?.id} is gone`), isGone);
      });
});
