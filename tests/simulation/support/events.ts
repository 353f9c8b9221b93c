import fc from "fast-check";
import type { KeyTrial } from "../../../local/iam/index.ts";
import {
  type Event,
  type FaultAt,
  type Interruption,
  OTHERS,
  PLANTED,
} from "../../../simulation/happenings.ts";
import { HOUR } from "../../../simulation/world.ts";

/** How many consumers there are. */
export const CONSUMERS = 2;

const fault: fc.Arbitrary<FaultAt> = fc.record({
  at: fc.constantFrom("any", "create", "verify", "delete", "deactivate"),
  how: fc.constantFrom("denied", "lost", "withoutSecret", "neverWorks", "unknown"),
});

const hours = (most: number) => fc.integer({ min: -most, max: most }).map((number) => number * HOUR);

const interruption: fc.Arbitrary<Interruption> = fc.oneof(
  fc.record({ what: fc.constant("killed"), after: fc.integer({ min: 1, max: 9 }) }),
  fc.record({
    what: fc.constant("asleep"),
    after: fc.integer({ min: 1, max: 6 }),
    for: fc.integer({ min: 1, max: 40 }).map((number) => number * HOUR),
  }),
);

const ordered = fc.integer({ min: 0, max: 9 }).map((one) => one === 0);

// A run that is interrupted has no fault: others may send requests while it stands still.
const run: fc.Arbitrary<Event> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ what: fc.constant("run"), ordered }) },
  { weight: 7, arbitrary: fc.record({ what: fc.constant("run"), ordered, fault }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant("run"), ordered, interruption }) },
);

/** Refused at first, and never three times in a row accepted before the last refusal: that is what trials are for. */
const firstUses = fc
  .array(fc.constantFrom<KeyTrial[]>(["refused"], ["works", "refused"], ["works", "works", "refused"]), {
    maxLength: 3,
  })
  .map((flaps) => (flaps.length > 0 ? ["refused" as const, ...flaps.flat()] : []));

const consistency: fc.Arbitrary<Event> = fc
  .record({ created: fc.integer({ min: 0, max: 48 }), deleted: fc.integer({ min: 0, max: 48 }), firstUses })
  .map(({ created, deleted, firstUses }) => ({
    what: "consistency",
    consistency: {
      createsHiddenMs: created * HOUR,
      deletesShownMs: deleted * HOUR,
      firstUses: { "*": firstUses },
    },
  }));

const person: fc.Arbitrary<Event> = fc.record({
  what: fc.constantFrom(
    "removeCurrent",
    "removePrevious",
    "makeForeignKey",
    "deleteForeignKey",
    "quarantine",
    "release",
    "renameUser",
    "renameUserBack",
    "sweep",
  ),
});

const others: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      what: fc.constant("otherRuns"),
      who: fc.constantFrom(...OTHERS),
      skew: hours(72),
      isLost: fc.integer({ min: 0, max: 4 }).map((one) => one === 0),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ what: fc.constant("otherEnds"), who: fc.constantFrom(...OTHERS) }),
  },
);

/** What is noticed only where one thing follows the other at once. */
const sequence = fc.oneof(
  fc.constant<Event[]>([{ what: "undo", on: true }, { what: "run" }, { what: "undo", on: false }]),
  fc.constant<Event[]>([{ what: "quarantine" }, { what: "refresh" }, { what: "run" }]),
  consistency.map((lag): Event[] => [lag, { what: "run", ordered: true }, { what: "refresh" }]),
);

/** One event, or some that are at the same moment. */
export const events: fc.Arbitrary<readonly Event[]> = fc.oneof(
  { weight: 18, arbitrary: fc.tuple(run) },
  {
    weight: 16,
    arbitrary: fc.tuple(
      fc.record({
        what: fc.constant("use" as const),
        consumer: fc.integer({ min: 0, max: CONSUMERS - 1 }),
      }),
    ),
  },
  { weight: 3, arbitrary: fc.constant<Event[]>([{ what: "refresh" }]) },
  { weight: 5, arbitrary: fc.tuple(person) },
  {
    weight: 1,
    arbitrary: fc.tuple(
      fc.record({ what: fc.constant("plant" as const), with: fc.constantFrom(...PLANTED) }),
    ),
  },
  { weight: 5, arbitrary: fc.tuple(others) },
  { weight: 3, arbitrary: sequence },
  {
    weight: 2,
    arbitrary: fc.tuple(
      fc.oneof(
        fc.record({ what: fc.constant("skew" as const), by: hours(72) }),
        fc.record({ what: fc.constant("restore" as const), runs: fc.integer({ min: 1, max: 8 }) }),
        fc.record({ what: fc.constant("undo" as const), on: fc.boolean() }),
        consistency,
        fc.constant<Event>({ what: "consistency", consistency: {} }),
      ),
    ),
  },
);
