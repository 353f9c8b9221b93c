import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { loadKind } from "../../provider/kinds/index.ts";
import type { Happening } from "../../simulation/happenings.ts";
import { LANDMARKS, type Landmark } from "../../simulation/landmarks.ts";
import type { Policy } from "../../simulation/oldestAllowed.ts";
import { rotatingKinds } from "../../simulation/rotatingKinds.ts";
import type { Scenario } from "../../simulation/scenario.ts";
import { simulate } from "../../simulation/simulation.ts";
import { DAY, HOUR } from "../../simulation/world.ts";
import { soundLife } from "./support/lives.ts";
import { rotatingKind } from "./support/policies.ts";

/** Lives through it; gives what it came to. */
async function mustBeSound(scenario: Scenario): Promise<readonly Landmark[]> {
  const { broken, refusals, runs, reached } = await simulate(scenario);
  assert.deepEqual(broken, []);
  assert.deepEqual(
    refusals.filter(({ by }) => by === undefined || by === "policy"),
    [],
  );
  assert.deepEqual(
    runs.slice(-2).map(({ outcome }) => outcome),
    ["done", "done"],
  );
  return reached;
}

const WHATEVER =
  "whatever happens, consumers have a key that works, none is lost or too old, no foreign one is touched";

test(`${WHATEVER}: in a campaign that comes to all there is`, async () => {
  const reached = new Set<Landmark>();
  await fc.assert(
    fc.asyncProperty(soundLife, async (scenario) => {
      for (const landmark of await mustBeSound(scenario)) reached.add(landmark);
    }),
    { seed: 20260105, numRuns: 50 },
  );
  assert.deepEqual(
    LANDMARKS.filter((landmark) => !reached.has(landmark)),
    [],
    "never reached",
  );
});

test(`${WHATEVER}: in lives that nobody has seen before`, async () => {
  await fc.assert(
    fc.asyncProperty(soundLife, async (scenario) => {
      await mustBeSound(scenario);
    }),
    { numRuns: 15 },
  );
});

for (const kind of await rotatingKinds()) {
  const { lastUse } = await loadKind(kind.type.replace(":Rotating", ":"));
  // Where no API tells the last use, the policy is refused.
  if (!lastUse) continue;
  test(`${kind.type}: a key that somebody deletes in its overlap ends it, where its last use is asked for, too`, async () => {
    const times = [0, 30, 38, 60].map((day) => day * DAY);
    const { broken, runs, keys } = await simulate({
      kind,
      policy: { rotate: { every: "30d" }, overlap: "7d", retire: { grace: "1d", unlessUsedWithin: "1d" } },
      delays: [],
      happenings: times.flatMap((at): Happening[] => [
        { at, what: "run" },
        { at, what: "removePrevious" },
      ]),
      lasts: 61 * DAY,
    });
    assert.deepEqual(broken, []);
    assert.deepEqual(
      runs.map(({ outcome }) => outcome),
      times.map(() => "done"),
    );
    assert.equal(keys.length, 3);
  });
}

test("an overlap shorter than a consumer's delay is found; unlessUsedWithin makes up for it", async () => {
  const pipeline = fc.record({
    kind: rotatingKind,
    gap: fc.integer({ min: 4, max: 48 }),
    overlap: fc.integer({ min: 0, max: 48 }),
    phase: fc.integer({ min: 1, max: 99 }),
  });
  await fc.assert(
    fc.asyncProperty(pipeline, async ({ kind, gap, overlap, phase }) => {
      const days = 20;
      const times = Array.from({ length: (days * 24) / gap }, (_, index) => index * gap * HOUR);
      const lived = (retire: Policy["retire"]) =>
        simulate({
          kind,
          policy: { rotate: { every: "6d" }, overlap: `${overlap}h`, retire },
          // The run that retires the key may be a gap late, and the next use comes within another one.
          delays: [(overlap + 2 * gap) * HOUR],
          happenings: times.flatMap((at) => [
            { at, what: "run" },
            { at: at + (gap * HOUR * phase) / 100, what: "use", consumer: 0 },
          ]),
          lasts: days * 24 * HOUR,
        });

      const { refusals, keys, broken } = await lived({ grace: "1h" });
      assert.deepEqual(broken, []);
      assert.ok(refusals.length > 0);
      for (const { at, consumer, key, by } of refusals) {
        assert.deepEqual({ consumer, by }, { consumer: 1, by: "policy" });
        assert.ok(at >= (keys[key - 1]?.ended?.at ?? Number.POSITIVE_INFINITY));
      }
      if (overlap === 0) return;
      const saved = await lived({ grace: "1h", unlessUsedWithin: `${gap}h` });
      assert.deepEqual([saved.refusals, saved.broken], [[], []]);
    }),
    { numRuns: 6 },
  );
});
