import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Happening } from "../../simulation/happenings.ts";
import type { Ages } from "../../simulation/history.ts";
import { oldestAllowed, type Policy } from "../../simulation/oldestAllowed.ts";
import { AWS_KEY, STATIC_KEY } from "../../simulation/rotatingKinds.ts";
import { simulate } from "../../simulation/simulation.ts";
import { DAY, SECOND } from "../../simulation/world.ts";

const POLICY: Policy = { rotate: { every: "30d" }, overlap: "7d", retire: { grace: "3d" } };
/** A wait lasts until the end of the run that takes the step. One that makes an AWS key tries it three times, half a second apart. */
const TRIALS = SECOND;
const WAITS = { gap: 0, windowGap: 0, skew: 0, use: 0, firstUse: 0, detours: 0 };

/** Runs that come as late as the gap between them lets them. */
class LateRuns {
  readonly times: number[] = [0];
  readonly #gap: number;

  constructor(gap: number) {
    this.#gap = gap;
  }

  /** What is due at that moment is done by the run after one that came a second too early for it. */
  after(moment: number): number {
    const early = moment - SECOND;
    while (this.#last + this.#gap < early) this.times.push(this.#last + this.#gap);
    this.times.push(early);
    this.times.push(early + this.#gap);
    return this.#last;
  }

  get #last(): number {
    return this.times.at(-1) ?? 0;
  }

  /** The same moments as happenings, and uses beside them. */
  withUses(...uses: readonly number[]): Happening[] {
    const runs = this.times.map((at): Happening => ({ at, what: "run" }));
    return [...runs, ...uses.map((at): Happening => ({ at, what: "use", consumer: 0 }))].sort(
      (a, b) => a.at - b.at,
    );
  }
}

/** The bound holds, and no lower one would: the runs of these tests come a few seconds short of it. */
function assertReached(oldest: Ages, allowed: Ages): void {
  for (const what of ["working", "existing"] as const) {
    const short = allowed[what] - oldest[what];
    assert.ok(short >= 0 && short < 10 * SECOND, `${what}: ${short} ms short of the bound`);
  }
}

describe("the greatest age that a key can reach", () => {
  test("is what the policy says where a run comes at every moment", () => {
    assert.deepEqual(oldestAllowed(POLICY, false, WAITS), { working: 37 * DAY, existing: 37 * DAY });
    assert.deepEqual(oldestAllowed(POLICY, true, WAITS), { working: 37 * DAY, existing: 40 * DAY });
  });

  test("has a wait for a run in it for each step: two on Yandex Cloud", async () => {
    const gap = 2 * DAY;
    const runs = new LateRuns(gap);
    const replaced = runs.after(30 * DAY);
    const lasts = runs.after(replaced + 7 * DAY);
    const history = await simulate({
      kind: STATIC_KEY,
      policy: POLICY,
      delays: [],
      happenings: runs.withUses(),
      lasts,
    });
    assert.deepEqual(history.oldestAllowed, { working: 41 * DAY, existing: 41 * DAY });
    assertReached(history.oldest, history.oldestAllowed);
  });

  test("has three on AWS, where a key is inactive before it is deleted", async () => {
    const runs = new LateRuns(2 * DAY);
    const replaced = runs.after(30 * DAY);
    const lasts = runs.after(runs.after(replaced + 7 * DAY) + 3 * DAY);
    const history = await simulate({
      kind: AWS_KEY,
      policy: POLICY,
      delays: [],
      happenings: runs.withUses(),
      lasts,
    });
    assert.deepEqual(history.oldestAllowed, {
      working: 41 * DAY + 2 * TRIALS,
      existing: 46 * DAY + 3 * TRIALS,
    });
    assertReached(history.oldest, history.oldestAllowed);
  });

  test("has the whole retirement of the key before in it where that one is still in the way", async () => {
    const runs = new LateRuns(20 * DAY);
    const policy = { ...POLICY, overlap: "20d", retire: { grace: "9d" } };
    let at = runs.after(30 * DAY);
    for (let rotation = 0; rotation < 2; rotation++) at = runs.after(runs.after(at + 20 * DAY) + 9 * DAY);
    const history = await simulate({
      kind: AWS_KEY,
      policy,
      delays: [],
      happenings: runs.withUses(),
      lasts: at,
    });
    assert.deepEqual(history.oldestAllowed, {
      working: (69 + 40) * DAY + 3 * TRIALS,
      existing: (69 + 69) * DAY + 4 * TRIALS,
    });
    assertReached(history.oldest, history.oldestAllowed);
  });

  test("has the use of the key in it where a key that is used stays", async () => {
    const runs = new LateRuns(2 * DAY);
    const replaced = runs.after(30 * DAY);
    const lastUse = replaced + 10 * DAY - 1;
    const lasts = runs.after(lastUse + 5 * DAY);
    const history = await simulate({
      kind: STATIC_KEY,
      policy: { ...POLICY, retire: { grace: "0s", unlessUsedWithin: "5d" } },
      delays: [10 * DAY],
      happenings: runs.withUses(replaced + 5 * DAY, lastUse),
      lasts,
    });
    assert.equal(history.oldestAllowed.working, (32 + 10 + 5 + 2) * DAY);
    assertReached(history.oldest, history.oldestAllowed);
  });

  test("has the wait for the first use of the next key in it where a key stays until then", async () => {
    const runs = new LateRuns(2 * DAY);
    const replaced = runs.after(30 * DAY);
    const firstUse = replaced + 12 * DAY - 1;
    const lasts = runs.after(firstUse);
    const history = await simulate({
      kind: STATIC_KEY,
      policy: { ...POLICY, overlap: "1d", retire: { grace: "0s", onceCurrentUsed: true } },
      delays: [DAY],
      happenings: runs.withUses(1 * DAY, firstUse),
      lasts,
    });
    assert.equal(Math.round(history.oldestAllowed.working / DAY), 32 + 12 + 2);
    assertReached(history.oldest, history.oldestAllowed);
  });

  test("has the wait for the window in it, or for maxDelay where that is shorter", () => {
    const waits = { ...WAITS, gap: DAY, windowGap: 7 * DAY };
    const inWindow = (maxDelay: object) => ({
      ...POLICY,
      rotate: { every: "30d", window: { timeZone: "UTC", ...maxDelay } },
    });
    assert.equal(oldestAllowed(inWindow({}), false, waits).working, (30 + 7 + 7 + 1) * DAY);
    assert.equal(oldestAllowed(inWindow({ maxDelay: "3d" }), false, waits).working, (30 + 4 + 7 + 1) * DAY);
  });

  test("is less by the lead of the rotation, and a window counts maxDelay from the whole age all the same", async () => {
    const rotate = { every: "30d", lead: "12d" };
    const runs = new LateRuns(2 * DAY);
    const replaced = runs.after(18 * DAY);
    const lasts = runs.after(replaced + 7 * DAY);
    const policy = { ...POLICY, rotate };
    const happenings = runs.withUses();
    const history = await simulate({ kind: STATIC_KEY, policy, delays: [], happenings, lasts });
    assert.equal(history.oldestAllowed.working, 29 * DAY);
    assertReached(history.oldest, history.oldestAllowed);
    const window = { timeZone: "UTC", maxDelay: "3d" };
    const waits = { ...WAITS, gap: DAY, windowGap: 90 * DAY };
    const { working } = oldestAllowed({ ...policy, rotate: { ...rotate, window } }, false, waits);
    assert.equal(working, (30 + 3 + 1 + 7 + 1) * DAY);
  });

  test("grows by the difference of the clocks at each step", () => {
    const { working, existing } = oldestAllowed(POLICY, true, { ...WAITS, skew: DAY });
    assert.deepEqual([working, existing], [39 * DAY, 43 * DAY]);
  });
});
