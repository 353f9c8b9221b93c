import assert from "node:assert/strict";
import { test } from "node:test";
import type { History, KeyLife, Stage } from "../../simulation/history.ts";
import { whyNeverUsed } from "../../simulation/neverUsed.ts";

const history = (more: Partial<History>): History => ({
  from: 0,
  to: 100,
  runs: [],
  keys: [],
  consumers: [],
  refusals: [],
  orphans: 0,
  oldest: { working: 0, existing: 0 },
  oldestAllowed: { working: 0, existing: 0 },
  broken: [],
  reached: [],
  ...more,
});

const key = (stage: Stage, more: Partial<KeyLife> = {}): KeyLife => ({
  number: 1,
  madeAt: 10,
  stays: [{ stage, from: 10, to: 20 }],
  replacedAt: undefined,
  ended: undefined,
  goneAt: undefined,
  uses: 0,
  ...more,
});

const run = (at: number, outcome: "done" | "failed") => ({ at, outcome, faulty: false, requests: 1 });

test("why a key was never used follows from what became of it", () => {
  const failed = history({ runs: [run(5, "done"), run(10, "failed"), run(15, "done")] });
  assert.equal(whyNeverUsed(key("unused"), failed), "the run that made it failed");
  assert.equal(whyNeverUsed(key("unused"), history({ runs: [run(10, "done")] })), "no run handed it out");
  assert.equal(
    whyNeverUsed(key("current", { replacedAt: 20, goneAt: 20 }), history({})),
    "it was replaced before a consumer picked it up",
  );
  assert.equal(
    whyNeverUsed(key("current", { goneAt: 20 }), history({})),
    "it was gone before a consumer picked it up",
  );
  assert.equal(whyNeverUsed(key("current"), history({})), "no consumer has picked it up yet");
  const held = history({ consumers: [{ number: 1, delay: 0, holds: [{ key: 1, from: 10, to: 20 }] }] });
  assert.equal(whyNeverUsed(key("current"), held), "its consumers had no need of it");
  const refusals = [{ at: 12, consumer: 1, key: 1, by: undefined }];
  assert.equal(whyNeverUsed(key("current"), { ...held, refusals }), "every use was refused");
});
