import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { History, KeyLife } from "../../simulation/history.ts";
import { timelineLines } from "../../simulation/timeline.ts";
import { DAY } from "../../simulation/world.ts";

const FROM = Date.parse("2026-11-01T00:00:00Z");

/** 86 days: one for each column of the timeline. */
const quarter: History = {
  from: FROM,
  to: FROM + 86 * DAY,
  runs: [
    { at: FROM, outcome: "done", faulty: false, requests: 3 },
    { at: FROM + 5 * DAY, outcome: "missed", faulty: false, requests: 0 },
    { at: FROM + 6 * DAY, outcome: "failed", faulty: true, requests: 1 },
    { at: FROM + 6.5 * DAY, outcome: "missed", faulty: false, requests: 0 },
  ],
  keys: [
    {
      ...key(1, 0, 20),
      stays: [
        { stage: "current", from: FROM, to: FROM + 10 * DAY },
        { stage: "previous", from: FROM + 10 * DAY, to: FROM + 14 * DAY },
        { stage: "inactive", from: FROM + 14 * DAY, to: FROM + 16 * DAY },
      ],
    },
    key(2, 10, 86),
  ],
  consumers: [
    {
      number: 1,
      delay: 5 * DAY,
      holds: [
        { key: 1, from: FROM, to: FROM + 15 * DAY },
        { key: 2, from: FROM + 15 * DAY, to: FROM + 86 * DAY },
      ],
    },
  ],
  refusals: [{ at: FROM + 14.5 * DAY, consumer: 1, key: 1, by: "policy" }],
  orphans: 0,
  oldest: { working: 0, existing: 0 },
  oldestAllowed: { working: 0, existing: 0 },
  broken: [],
  reached: [],
};

function key(number: number, from: number, to: number): KeyLife {
  const stay = { from: FROM + from * DAY, to: FROM + to * DAY };
  return {
    number,
    madeAt: stay.from,
    stays: [{ stage: "current", ...stay }],
    replacedAt: undefined,
    ended: undefined,
    goneAt: undefined,
    uses: 7,
  };
}

describe("the timeline", () => {
  test("draws each key's stages, what each consumer holds, each refusal, and the runs that did not succeed", () => {
    assert.deepEqual(timelineLines(quarter, 100).slice(0, 5), [
      `              Nov${" ".repeat(27)}Dec${" ".repeat(28)}2027`,
      "runs               o!",
      `key 1      7× ${"█".repeat(10)}▒▒▒▒✗░`,
      `key 2      7× ${" ".repeat(10)}${"█".repeat(76)}`,
      `consumer 1    ${"1".repeat(14)}✗${"2".repeat(71)}`,
    ]);
  });

  test("fits 100 columns and 40 lines, and leaves no key out with which somebody was refused", () => {
    const many: History = {
      ...quarter,
      keys: Array.from({ length: 80 }, (_, index) => key(index + 1, index, index + 3)),
      consumers: Array.from({ length: 9 }, (_, index) => ({ number: index + 1, delay: 0, holds: [] })),
      refusals: [{ at: FROM + 5 * DAY, consumer: 1, key: 3, by: "policy" }],
    };
    const lines = timelineLines(many, 100);
    assert.equal(lines.length, 40);
    for (const line of lines) assert.ok(line.length <= 100, line);
    assert.ok(lines.some((line) => /^key 3 .*✗/.test(line)));
    assert.ok(lines.some((line) => line.startsWith("key 80 ")));
    assert.ok(lines.includes("55 more keys are left out"));
  });
});
