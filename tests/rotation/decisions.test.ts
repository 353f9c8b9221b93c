import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { decide, type Question } from "../../provider/rotation/decision.ts";
import { isOrdered, parseRotateNow } from "../../provider/rotation/emergency.ts";
import {
  comingStep,
  LONGEST_TRIAL_MS,
  type RetirementPolicy,
  retirementStep,
  stillNeeded,
} from "../../provider/rotation/retirement.ts";
import { decideByAge, waitsUntil } from "../../provider/rotation/schedule.ts";
import { isInWindow, nextOpening, type RotationWindow, WEEKDAYS } from "../../provider/rotation/window.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.parse("2026-01-05T12:00:00Z");
const moment = fc.integer({ min: START, max: START + 3 * 365 * DAY }).map((at) => at - (at % 1000));
const days = fc.integer({ min: 2, max: 400 });

describe("decideByAge", () => {
  test("a key is due at its age to the millisecond, and never before", () => {
    fc.assert(
      fc.property(moment, days, fc.integer({ min: 0, max: 800 * DAY }), (since, every, age) => {
        const decision = decideByAge(since, { every: `${every}d` }, since + age);
        assert.deepEqual(decision, {
          rotatesAt: since + every * DAY,
          action: age >= every * DAY ? "rotate" : "wait",
        });
      }),
    );
  });

  test("a lead has it due that much earlier, and leaves the end of a wait for a window where it was", () => {
    const window: RotationWindow = { days: ["sat"], timeZone: "UTC", maxDelay: "0s" };
    fc.assert(
      fc.property(
        moment,
        days,
        fc.nat(),
        fc.integer({ min: 0, max: 800 * DAY }),
        (since, every, more, age) => {
          const lead = more % every;
          const policy = { every: `${every}d`, lead: `${lead}d` };
          const { rotatesAt, action } = decideByAge(since, policy, since + age);
          assert.equal(rotatesAt, since + (every - lead) * DAY);
          assert.equal(action, age >= (every - lead) * DAY ? "rotate" : "wait");
          // Past its whole age it waits for no window, whatever the lead.
          const held = decideByAge(since, { ...policy, window }, since + age);
          if (age > every * DAY) assert.equal(held.action, "rotate");
          if (held.action !== "window") return;
          const until = waitsUntil({ ...policy, window }, rotatesAt, since + age) ?? 0;
          assert.ok(until > since + age && until <= since + every * DAY);
        },
      ),
    );
  });

  test("a jitter has it due earlier by less than that, by a part that is each resource's own in each run", () => {
    const policy = { every: "30d", lead: "2d", jitter: "5d" };
    fc.assert(
      fc.property(moment, fc.string(), (since, seed) => {
        const early = since + 28 * DAY - decideByAge(since, { ...policy, seed }, since).rotatesAt;
        assert.ok(early >= 0 && early < 5 * DAY);
        assert.equal(decideByAge(0, { ...policy, seed }, since + DAY).rotatesAt, 28 * DAY - early);
      }),
    );
    const due = (name: string) => decideByAge(0, { ...policy, seed: `shop/prod/${name}` }, 0).rotatesAt;
    const moments = Array.from({ length: 200 }, (_, index) => due(`key-${index}`));
    // Spread over all of it, and not in one heap.
    for (let day = 23; day < 28; day++)
      assert.ok(moments.filter((at) => at > day * DAY && at <= (day + 1) * DAY).length > 20);
  });

  test("keys whose windows have no day in common are never rotated in one run that is shorter than the gap", () => {
    const hours = "01:00-23:00";
    const weekdays = fc.subarray([...WEEKDAYS], { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(moment, weekdays, fc.nat(2 * HOUR - 1), (at, days, run) => {
        const others = WEEKDAYS.filter((day) => !days.includes(day));
        const rotates = (open: RotationWindow["days"], now: number) =>
          decideByAge(0, { every: "1d", window: { days: open, hours, timeZone: "UTC" } }, now).action ===
          "rotate";
        assert.ok(!(rotates(days, at) && rotates(others, at + run)));
      }),
    );
  });

  test("a clock set back decides nothing", () => {
    fc.assert(
      fc.property(moment, days, fc.integer({ min: 0 }), (since, every, back) => {
        assert.equal(decideByAge(since, { every: `${every}d` }, since - back).action, "wait");
      }),
    );
  });

  test("paused holds back what is due, however overdue and in whatever window", () => {
    const window = { timeZone: "UTC", maxDelay: "1d" };
    assert.equal(
      decideByAge(START, { every: "1d", paused: true, window }, START + 90 * DAY).action,
      "paused",
    );
    assert.equal(decideByAge(START, { every: "1d", paused: true }, START + DAY - 1).action, "wait");
    assert.equal(decideByAge(START, { every: "1d", paused: false }, START + DAY).action, "rotate");
  });

  test("a due key waits for its window; overdue by more than maxDelay it waits no longer", () => {
    const window: RotationWindow = { hours: "02:00-04:00", timeZone: "UTC", maxDelay: "2d" };
    const due = START + DAY;
    const at = (now: number, given = window) =>
      decideByAge(START, { every: "1d", window: given }, now).action;
    assert.equal(at(due), "window");
    assert.equal(at(Date.parse("2026-01-07T02:00:00Z")), "rotate");
    assert.equal(at(Date.parse("2026-01-07T04:00:00Z")), "window");
    assert.equal(at(due + 2 * DAY), "window");
    assert.equal(at(due + 2 * DAY + 1), "rotate");
    const { maxDelay: _, ...patient } = window;
    assert.equal(at(due + 300 * DAY, patient), "window");
  });

  test("the wait is over when the window opens, or after maxDelay if that is sooner", () => {
    const window: RotationWindow = { days: ["fri"], hours: "02:00-04:00", timeZone: "UTC" };
    const until = (maxDelay?: string) =>
      waitsUntil({ every: "1d", window: { ...window, maxDelay } }, START, START + DAY);
    assert.equal(until(), Date.parse("2026-01-09T02:00:00Z"));
    assert.equal(until("30d"), Date.parse("2026-01-09T02:00:00Z"));
    assert.equal(until("2d"), START + 2 * DAY);
    assert.equal(waitsUntil({ every: "1d" }, START, START + DAY), undefined);
  });
});

describe("nextOpening", () => {
  const next = (window: Omit<RotationWindow, "timeZone">, at: string, timeZone = "Europe/Berlin") =>
    new Date(nextOpening({ ...window, timeZone }, Date.parse(at)) ?? 0).toISOString();

  test("where the clocks change, it is when the wall clock gets there", () => {
    const night = { hours: "02:30-05:00" };
    assert.equal(next(night, "2026-03-28T12:00:00Z"), "2026-03-29T01:00:00.000Z");
    assert.equal(next({ hours: "02:15-02:45" }, "2026-03-28T12:00:00Z"), "2026-03-30T00:15:00.000Z");
    assert.equal(next({ hours: "02:15-02:45" }, "2026-10-25T00:50:00Z"), "2026-10-25T01:15:00.000Z");
  });

  test("it is the first minute, of all that follow, that lies in the window", () => {
    const timeZone = fc.constantFrom("Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "UTC");
    const minute = fc.integer({ min: 0, max: 24 * 4 - 1 }).map((quarter) => quarter * 15);
    const text = (at: number) =>
      [Math.floor(at / 60), at % 60].map((part) => String(part).padStart(2, "0")).join(":");
    fc.assert(
      fc.property(
        moment,
        timeZone,
        minute,
        minute,
        fc.subarray([...WEEKDAYS], { minLength: 1 }),
        (now, zone, from, to, chosen) => {
          const window = { timeZone: zone, hours: `${text(from)}-${text(to)}`, days: chosen };
          fc.pre(from !== to && !isInWindow(window, now));
          const quarter = 15 * 60_000;
          let expected = Math.floor(now / quarter) * quarter + quarter;
          while (!isInWindow(window, expected)) expected += quarter;
          assert.equal(nextOpening(window, now), expected);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe("isInWindow", () => {
  const berlin = (hours: string, weekdays?: RotationWindow["days"]): RotationWindow => ({
    timeZone: "Europe/Berlin",
    hours,
    days: weekdays,
  });
  const inside = (window: RotationWindow, at: string) => isInWindow(window, Date.parse(at));

  test("the hours are those of the wall clock, in winter and in summer", () => {
    const window = berlin("02:00-04:00");
    assert.equal(inside(window, "2026-01-15T00:59:59Z"), false);
    assert.equal(inside(window, "2026-01-15T01:00:00Z"), true);
    assert.equal(inside(window, "2026-01-15T02:59:59Z"), true);
    assert.equal(inside(window, "2026-01-15T03:00:00Z"), false);
    assert.equal(inside(window, "2026-07-15T00:00:00Z"), true);
    assert.equal(inside(window, "2026-07-15T02:00:00Z"), false);
  });

  test("in the night in which an hour is missing, the window loses that hour", () => {
    assert.equal(inside(berlin("01:30-03:30"), "2026-03-29T00:59:00Z"), true);
    assert.equal(inside(berlin("01:30-03:30"), "2026-03-29T01:00:00Z"), true);
    assert.equal(inside(berlin("01:30-03:30"), "2026-03-29T01:30:00Z"), false);
    for (let minute = 0; minute < 24 * 60; minute++) {
      const at = Date.parse("2026-03-29T00:00:00Z") + minute * 60_000;
      assert.equal(isInWindow(berlin("02:00-03:00"), at), false);
    }
  });

  test("in the night in which an hour comes twice, the window has it twice", () => {
    const window = berlin("02:00-03:00");
    assert.equal(inside(window, "2026-10-24T23:59:00Z"), false);
    assert.equal(inside(window, "2026-10-25T00:00:00Z"), true);
    assert.equal(inside(window, "2026-10-25T01:30:00Z"), true);
    assert.equal(inside(window, "2026-10-25T02:00:00Z"), false);
  });

  test("a window that spans midnight belongs to the day on which it begins", () => {
    const window = berlin("22:00-04:00", ["fri"]);
    assert.equal(inside(window, "2026-01-16T20:59:00Z"), false);
    assert.equal(inside(window, "2026-01-16T21:00:00Z"), true);
    assert.equal(inside(window, "2026-01-17T02:59:00Z"), true);
    assert.equal(inside(window, "2026-01-17T03:00:00Z"), false);
    assert.equal(inside(window, "2026-01-17T21:30:00Z"), false);
    assert.equal(inside(window, "2026-01-16T01:00:00Z"), false);
  });

  test("no hours are the whole day, and 24:00 ends it", () => {
    const sunday: RotationWindow = { timeZone: "UTC", days: ["sun"] };
    assert.equal(inside(sunday, "2026-01-17T23:59:59Z"), false);
    assert.equal(inside(sunday, "2026-01-18T00:00:00Z"), true);
    assert.equal(inside(sunday, "2026-01-18T23:59:59Z"), true);
    assert.equal(inside(sunday, "2026-01-19T00:00:00Z"), false);
    assert.equal(inside({ ...sunday, hours: "22:00-24:00" }, "2026-01-18T23:59:59Z"), true);
  });

  test("it agrees with the calendar of the platform, anywhere and at any time", () => {
    const timeZone = fc.constantFrom("Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "UTC");
    const hour = fc.integer({ min: 0, max: 23 });
    const weekdays = fc.subarray([...WEEKDAYS], { minLength: 1 });
    fc.assert(
      fc.property(moment, timeZone, hour, hour, weekdays, (now, zone, from, to, chosen) => {
        fc.pre(from < to);
        const local = wallClock(now, zone);
        const expected = local.hour >= from && local.hour < to && chosen.includes(local.weekday);
        const hours = `${String(from).padStart(2, "0")}:00-${String(to).padStart(2, "0")}:00`;
        assert.equal(isInWindow({ timeZone: zone, hours, days: chosen }, now), expected);
      }),
      { numRuns: 300 },
    );
  });
});

function wallClock(now: number, timeZone: string) {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hour: "2-digit",
    hourCycle: "h23",
    weekday: "short",
  }).formatToParts(now);
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? "";
  return {
    hour: Number(part("hour")),
    weekday: part("weekday").toLowerCase() as (typeof WEEKDAYS)[number],
  };
}

describe("an order to rotate now", () => {
  test("is a token and patterns", () => {
    assert.deepEqual(parseRotateNow("incident-42:*"), { token: "incident-42", patterns: ["*"] });
    assert.deepEqual(parseRotateNow(" 2026-11-24:uploads, ci-* "), {
      token: "2026-11-24",
      patterns: ["uploads", "ci-*"],
    });
    for (const text of ["", "*", ":*", "a:", "a:b,", "a:,b", "a b:c", "a:b c"]) {
      assert.equal(parseRotateNow(text), undefined, text);
    }
  });

  test("names resources by their whole name; only * is special", () => {
    const orders = (pattern: string, name: string) =>
      isOrdered({ token: "t", patterns: ["other", pattern] }, name);
    assert.equal(orders("uploads", "uploads"), true);
    assert.equal(orders("upload", "uploads"), false);
    assert.equal(orders("ploads", "uploads"), false);
    assert.equal(orders("ci-*", "ci-deploy"), true);
    assert.equal(orders("ci-*", "my-ci-deploy"), false);
    assert.equal(orders("*-key", "a.b-key"), true);
    assert.equal(orders("a.b", "axb"), false);
    assert.equal(orders("a+(b)", "a+(b)"), true);
    assert.equal(orders("*", ""), true);
  });

  test("a name orders itself, whatever characters it has", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string(), (name, other) => {
        fc.pre(!name.includes("*"));
        assert.equal(isOrdered({ token: "t", patterns: [name] }, name), true);
        assert.equal(isOrdered({ token: "t", patterns: [name] }, other), other === name);
      }),
    );
  });
});

describe("decide", () => {
  const question = (given: Partial<Question>): Question => ({
    since: START,
    policy: undefined,
    order: undefined,
    name: "uploads",
    ordersDone: [],
    changed: [],
    now: START,
    ...given,
  });
  const reasons = (given: Partial<Question>) => decide(question(given)).reasons;
  const NOTHING = { reasons: [], held: undefined };
  const order = { token: "incident-1", patterns: ["up*"] };

  test("a key stays without a policy, an order and a change, however old it is", () => {
    assert.deepEqual(decide(question({ now: START + 9000 * DAY })), NOTHING);
  });

  test("a key younger than its age stays, also by a clock set back; of age it is due since then", () => {
    fc.assert(
      fc.property(moment, days, fc.integer({ min: -900 * DAY, max: 900 * DAY }), (since, every, age) => {
        const decision = decide(question({ since, policy: { every: `${every}d` }, now: since + age }));
        const due = { because: "due", since: since + every * DAY, every: `${every}d` };
        assert.deepEqual(decision, age < every * DAY ? NOTHING : { reasons: [due], held: undefined });
      }),
    );
  });

  test("a key of which nobody knows when it was made is never due by its age", () => {
    assert.deepEqual(decide(question({ since: undefined, policy: { every: "1d" } })), NOTHING);
  });

  test("a key held back says by what, since when it is due, and until when", () => {
    const now = START + 3 * DAY;
    const due = [{ because: "due", since: START + DAY, every: "1d" }];
    const paused = { every: "1d", paused: true };
    assert.deepEqual(decide(question({ policy: paused, now })), {
      reasons: [],
      held: { by: "paused", reasons: due },
    });
    const window: RotationWindow = { timeZone: "UTC", hours: "01:00-02:00", maxDelay: "2d" };
    const held = decide(question({ policy: { every: "1d", window }, now }));
    assert.deepEqual(held, {
      reasons: [],
      held: { by: "window", until: Date.parse("2026-01-08T12:00:00Z"), reasons: due },
    });
    const late = decide(question({ policy: { every: "1d", window }, now: now + 1 }));
    assert.deepEqual(late, { reasons: due, held: undefined });
  });

  test("what a person asks for waits for nothing, and comes before the age among the reasons", () => {
    const policy = { every: "1d", paused: true };
    const now = START + 3 * DAY;
    const ordered = { because: "ordered", token: "incident-1" };
    const changed = { because: "changed", inputs: ["keepers"] };
    assert.deepEqual(reasons({ policy, now, order }), [ordered]);
    assert.deepEqual(reasons({ policy, now, changed: ["keepers"] }), [changed]);
    assert.deepEqual(reasons({ policy: { every: "1d" }, now, order, changed: ["keepers"] }), [
      ordered,
      changed,
      { because: "due", since: START + DAY, every: "1d" },
    ]);
  });

  test("one token orders once; a new token orders again; an order for others orders nothing", () => {
    assert.equal(reasons({ order }).length, 1);
    assert.deepEqual(reasons({ order, ordersDone: ["incident-1", "incident-2"] }), []);
    assert.equal(reasons({ order, ordersDone: ["incident-0"] }).length, 1);
    assert.deepEqual(reasons({ order, name: "ci" }), []);
  });
});

describe("retirementStep", () => {
  const policy: RetirementPolicy = { overlap: "7d", grace: "2d", undo: false };
  const replacedAt = new Date(START).toISOString();
  const step = (
    now: number,
    { inactiveSince, ...rest }: { inactiveSince?: number; undo?: boolean; can?: boolean } = {},
  ) =>
    retirementStep(
      {
        replacedAt,
        inactiveSince: inactiveSince === undefined ? undefined : new Date(inactiveSince).toISOString(),
      },
      { ...policy, undo: rest.undo ?? false },
      rest.can ?? true,
      START + now,
    );

  test("a key stays for its overlap, then goes in the steps that its API has", () => {
    assert.equal(step(7 * DAY - 1), "keep");
    assert.equal(step(7 * DAY), "deactivate");
    assert.equal(step(7 * DAY - 1, { can: false }), "keep");
    assert.equal(step(7 * DAY, { can: false }), "delete");
    assert.equal(step(90 * DAY, { inactiveSince: START + 90 * DAY }), "keep");
    assert.equal(step(92 * DAY - 1, { inactiveSince: START + 90 * DAY }), "keep");
    assert.equal(step(92 * DAY, { inactiveSince: START + 90 * DAY }), "delete");
  });

  test("the step that comes next is known beforehand", () => {
    const coming = (inactiveSince?: string, undo = false) =>
      comingStep({ replacedAt, inactiveSince }, { ...policy, undo }, true);
    assert.deepEqual(coming(), { step: "deactivate", from: START + 7 * DAY });
    assert.deepEqual(coming(new Date(START + 8 * DAY).toISOString()), {
      step: "delete",
      from: START + 10 * DAY,
    });
    assert.equal(coming(undefined, true), undefined);
  });

  test("undo brings an inactive key back, and keeps an active one however old", () => {
    assert.equal(step(92 * DAY, { inactiveSince: START + 8 * DAY, undo: true }), "reactivate");
    assert.equal(step(900 * DAY, { undo: true }), "keep");
    assert.equal(step(900 * DAY, { undo: true, can: false }), "keep");
  });

  test("where keys can be inactive, none is deleted that was not inactive for its grace", () => {
    const offset = fc.integer({ min: -900 * DAY, max: 900 * DAY });
    fc.assert(
      fc.property(offset, fc.option(offset, { nil: undefined }), (now, inactive) => {
        const inactiveSince = inactive === undefined ? undefined : START + inactive;
        const next = step(now, inactiveSince === undefined ? {} : { inactiveSince });
        if (next !== "delete") return;
        assert.ok(inactive !== undefined && now - inactive >= 2 * DAY && now >= 7 * DAY);
      }),
    );
  });
});

describe("stillNeeded", () => {
  const replacedAt = new Date(START).toISOString();
  const offset = fc.option(fc.integer({ min: -30 * DAY, max: 30 * DAY }), { nil: undefined });
  const text = (at: number | undefined) =>
    at === undefined ? undefined : new Date(START + at).toISOString();

  test("a key that was used within the time stays; whoever asks for it, until the next one is used by others than a trial", () => {
    fc.assert(
      fc.property(
        offset,
        offset,
        fc.nat(30 * DAY),
        fc.boolean(),
        (previous, current, now, onceCurrentUsed) => {
          const policy = { overlap: "1d", grace: "0s", undo: false, unlessUsedWithin: "2d", onceCurrentUsed };
          const uses = { previous: text(previous), current: text(current) };
          const need = stillNeeded({ replacedAt }, policy, uses, START + now);
          const isUsed = previous !== undefined && now - previous <= 2 * DAY;
          const isAwaited = onceCurrentUsed && (current === undefined || current <= LONGEST_TRIAL_MS);
          assert.equal(need, isUsed ? "used" : isAwaited ? "currentUnused" : undefined);
        },
      ),
    );
  });

  test("where the policy looks at no use, nothing keeps it", () => {
    const uses = { previous: replacedAt, current: undefined };
    const policy = { overlap: "1d", grace: "0s", undo: false };
    assert.equal(stillNeeded({ replacedAt }, policy, uses, START), undefined);
  });
});
