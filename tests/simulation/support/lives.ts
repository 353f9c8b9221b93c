import fc from "fast-check";
import { type Event, type Happening, OTHERS } from "../../../simulation/happenings.ts";
import { type Scenario, unsureOverlap } from "../../../simulation/scenario.ts";
import { DAY, HOUR } from "../../../simulation/world.ts";
import { CONSUMERS, events } from "./events.ts";
import { policy, rotatingKind } from "./policies.ts";

const OVERLAP_AT_MOST = 25 * DAY;

/** Nothing stands in the way of two more runs. */
const PEACE: readonly Event[] = [
  { what: "consistency", consistency: {} },
  { what: "deleteForeignKey" },
  ...OTHERS.map((who): Event => ({ what: "otherEnds", who })),
  { what: "release" },
  { what: "renameUserBack" },
  { what: "undo", on: false },
  { what: "skew", by: 0 },
  { what: "sweep" },
  { what: "refresh" },
  { what: "run" },
];

/** How a life begins: with a first key of which nobody knows whether it was made, for a start. */
const beginning: fc.Arbitrary<readonly Event[]> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Event[]>([]) },
  { weight: 1, arbitrary: fc.constant<Event[]>([{ what: "run", fault: { at: "create", how: "unknown" } }]) },
);

function isSteady(event: Event): boolean {
  return event.what !== "skew" && !(event.what === "run" && event.interruption?.what === "asleep");
}

/** A life of some weeks up to some years. In its end consumers change over, and a person tidies up. */
const happenings: fc.Arbitrary<Happening[]> = fc
  .record({
    longest: fc.constantFrom(24, 80, 300),
    beginning,
    // Without clocks that differ and machines that stand still, consumers may take the whole overlap.
    mustBeSteady: fc.boolean(),
    life: fc.array(fc.record({ share: fc.integer({ min: 0, max: 100 }), events }), {
      minLength: 60,
      maxLength: 90,
    }),
  })
  .map(({ longest, beginning, mustBeSteady, life }) => {
    let at = 0;
    const lived = life.flatMap(({ share, events }) => {
      at += Math.round((longest * share) / 100) * HOUR;
      return events.map((event) => ({ ...event, at }));
    });
    const last: Event[] = [{ what: "sweep" }, { what: "refresh" }, { what: "run" }, { what: "run" }];
    const end = at + OVERLAP_AT_MOST;
    return [
      ...beginning.map((event) => ({ ...event, at: 0 })),
      ...lived.filter((event) => !mustBeSteady || isSteady(event)),
      ...PEACE.map((event) => ({ ...event, at })),
      ...last.map((event) => ({ ...event, at: end })),
    ];
  });

/** Consumers that pick up a new key before the old one may go, if only the clocks are as they are. */
export const soundLife: fc.Arbitrary<Scenario> = fc
  .record({
    kind: rotatingKind,
    policy,
    happenings,
    patience: fc.array(fc.integer({ min: 0, max: 100 }), { minLength: CONSUMERS, maxLength: CONSUMERS }),
  })
  .map(({ kind, policy: { overlap, policy }, happenings, patience }) => {
    const sure = Math.max(0, overlap * HOUR - unsureOverlap(happenings));
    return {
      kind,
      policy,
      delays: patience.map((percent) => (sure * percent) / 100),
      happenings,
      lasts: happenings.at(-1)?.at ?? 0,
    };
  });
