import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type RotationWindow, WEEKDAYS } from "../../provider/rotation/window.ts";
import type { Event, FaultAt, Happening } from "../../simulation/happenings.ts";
import type { Policy } from "../../simulation/oldestAllowed.ts";
import { AWS_KEY, SERVICE_ACCOUNT_KEY, STATIC_KEY } from "../../simulation/rotatingKinds.ts";
import { type Scenario, simulate } from "../../simulation/simulation.ts";
import { HOUR } from "../../simulation/world.ts";

const CONSUMERS = 2;

const kind = fc.oneof(
  { weight: 2, arbitrary: fc.constant(STATIC_KEY) },
  { weight: 3, arbitrary: fc.constant(AWS_KEY) },
  // RSA keys take their time to be made.
  { weight: 1, arbitrary: fc.constant(SERVICE_ACCOUNT_KEY) },
);

const hourOfDay = fc.integer({ min: 0, max: 22 });

const window: fc.Arbitrary<RotationWindow> = fc
  .record({
    days: fc.subarray([...WEEKDAYS], { minLength: 1 }),
    from: hourOfDay,
    to: fc.constant(23),
    timeZone: fc.constantFrom("UTC", "Europe/Berlin", "Asia/Kathmandu"),
    maxDelay: fc.option(fc.integer({ min: 0, max: 400 }), { nil: undefined }),
  })
  .map(({ days, from, to, timeZone, maxDelay }) => ({
    days,
    hours: `${String(from).padStart(2, "0")}:00-${to}:00`,
    timeZone,
    ...(maxDelay === undefined ? {} : { maxDelay: `${maxDelay}h` }),
  }));

/** How long a key is valid beside the next one, in hours, and all that the resource is told. */
const policy: fc.Arbitrary<{ readonly overlap: number; readonly policy: Policy }> = fc
  .record({
    // Often short enough for the key before to be still in the way.
    every: fc
      .oneof(fc.integer({ min: 4, max: 10 }), fc.integer({ min: 4, max: 60 }))
      .map((days) => days * 24),
    // Together always less than the time between two rotations.
    overlapShare: fc.integer({ min: 1, max: 100 }),
    graceShare: fc.integer({ min: 0, max: 99 }),
    useShare: fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined }),
    window: fc.option(window, { nil: undefined, freq: 2 }),
  })
  .map(({ every, overlapShare, graceShare, useShare, window }) => {
    const overlap = Math.ceil((every * overlapShare) / 250);
    return {
      overlap,
      policy: {
        rotate: { every: `${every}h`, ...(window ? { window } : {}) },
        overlap: `${overlap}h`,
        retire: {
          grace: `${Math.floor((every * graceShare) / 250)}h`,
          ...(useShare === undefined ? {} : { unlessUsedWithin: `${Math.ceil((every * useShare) / 100)}h` }),
        },
      },
    };
  });

const fault: fc.Arbitrary<FaultAt> = fc.record({
  at: fc.constantFrom("any", "create", "verify", "delete", "deactivate"),
  how: fc.constantFrom("denied", "lost", "withoutSecret", "neverWorks"),
});

const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 16,
    arbitrary: fc.record({
      what: fc.constant("run"),
      fault: fc.option(fault, { nil: undefined, freq: 2 }),
      ordered: fc.integer({ min: 0, max: 9 }).map((one) => one === 0),
    }),
  },
  {
    weight: 16,
    arbitrary: fc.record({
      what: fc.constant("use"),
      consumer: fc.integer({ min: 0, max: CONSUMERS - 1 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constantFrom(
        "refresh",
        "removeCurrent",
        "removePrevious",
        "makeForeignKey",
        "deleteForeignKey",
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constant("skew"),
      by: fc.integer({ min: -72, max: 72 }).map((hours) => hours * HOUR),
    }),
  },
);

/** A life of some weeks up to some years. In its end nothing stands in the way of two more runs. */
const happenings: fc.Arbitrary<Happening[]> = fc
  .constantFrom(24, 80, 300)
  .chain((longest) =>
    fc.array(fc.record({ hours: fc.integer({ min: 0, max: longest }), event }), {
      minLength: 60,
      maxLength: 90,
    }),
  )
  .map((life) => {
    let at = 0;
    const lived = life.map(({ hours, event }) => {
      at += hours * HOUR;
      return { ...event, at };
    });
    const last: Event[] = [
      { what: "deleteForeignKey" },
      { what: "skew", by: 0 },
      { what: "refresh" },
      { what: "run" },
      { what: "run" },
    ];
    return [...lived, ...last.map((event) => ({ ...event, at }))];
  });

/** Consumers that pick up a new key before the old one may go, if only the clocks are as they are. */
const sound: fc.Arbitrary<Scenario> = fc
  .record({
    kind,
    policy,
    happenings,
    patience: fc.array(fc.integer({ min: 0, max: 100 }), { minLength: CONSUMERS, maxLength: CONSUMERS }),
  })
  .map(({ kind, policy: { overlap, policy }, happenings, patience }) => {
    const skews = [0, ...happenings.flatMap((each) => (each.what === "skew" ? [each.by] : []))];
    const sure = Math.max(0, overlap * HOUR - (Math.max(...skews) - Math.min(...skews)));
    return {
      kind,
      policy,
      delays: patience.map((percent) => (sure * percent) / 100),
      happenings,
      lasts: happenings.at(-1)?.at ?? 0,
    };
  });

test("whatever happens, consumers have a key that works, none is lost or too old, no foreign one is touched", async () => {
  await fc.assert(
    fc.asyncProperty(sound, async (scenario) => {
      const { broken, refusals, runs } = await simulate(scenario);
      assert.deepEqual(broken, []);
      assert.deepEqual(
        refusals.filter(({ by }) => by === undefined || by === "policy"),
        [],
      );
      assert.deepEqual(
        runs.slice(-2).map(({ outcome }) => outcome),
        ["done", "done"],
      );
    }),
    { numRuns: 20 },
  );
});

test("an overlap shorter than a consumer's delay is found; unlessUsedWithin makes up for it", async () => {
  const pipeline = fc.record({
    kind,
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
