import assert from "node:assert/strict";
import { test } from "node:test";
import * as automation from "@pulumi/pulumi/automation/index.js";
import { EXIT } from "../../cli/exitCodes.ts";
import type { RunFailed } from "../../cli/rotate/failure.ts";
import { whenUnlocked } from "../../cli/rotate/stackLock.ts";

/** What the Automation API throws, with the words of the engine. */
function lockError(words: string): Error {
  const error = new Error(words);
  Object.setPrototypeOf(error, automation.ConcurrentUpdateError.prototype);
  return error;
}

const LOCKED =
  "error: the stack is currently locked by 1 lock(s). …\n  file:///x.json: created by a@b (pid 7) at ";

/** A world in which time passes by sleeping alone. */
function world({ random = 0.5 } = {}) {
  const slept: number[] = [];
  let now = Date.parse("2026-01-01T12:00:00Z");
  const ports = {
    now: () => now,
    sleep: async (milliseconds: number) => {
      slept.push(milliseconds);
      now += milliseconds;
    },
    random: () => random,
    print: () => {},
    environment: {},
    signal: new AbortController().signal,
  };
  return { slept, ports };
}

/** A lock that is gone after so many tries. */
function heldFor(tries: number, since = "2026-01-01T11:59:00Z") {
  let left = tries;
  return async () => {
    if (left-- > 0) throw lockError(LOCKED + since);
    return "done";
  };
}

test("what is locked is tried again, less and less often", async () => {
  const { slept, ports } = world();
  assert.equal(await whenUnlocked(600_000, ports, heldFor(6)), "done");
  assert.deepEqual(slept, [2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
});

test("two that wait do not wait in step", async () => {
  const [early, late] = [world({ random: 0 }), world({ random: 0.99 })];
  await whenUnlocked(600_000, early.ports, heldFor(1));
  await whenUnlocked(600_000, late.ports, heldFor(1));
  assert.deepEqual([early.slept, late.slept], [[1_000], [2_980]]);
});

for (const [since, code, exitCode] of [
  ["2026-01-01T11:59:00Z", "LOCKED", EXIT.failed],
  ["2026-01-01T10:59:00Z", "STALE_LOCK", EXIT.person],
] as const) {
  test(`a lock that stays is waited for no longer than was said, and is then ${code}`, async () => {
    const { slept, ports } = world();
    const waiting = whenUnlocked(20_000, ports, heldFor(Number.POSITIVE_INFINITY, since));
    await assert.rejects(waiting, (error: RunFailed) => {
      assert.deepEqual([error.code, error.exitCode], [code, exitCode]);
      return true;
    });
    assert.equal(
      slept.reduce((sum, each) => sum + each),
      20_000,
    );
  });
}

test("the service's own words for a lock, which say no time, are no reason to call a person", async () => {
  const conflict = lockError("[409] Conflict: Another update is currently in progress.");
  const locked = whenUnlocked(0, world().ports, () => Promise.reject(conflict));
  await assert.rejects(locked, { code: "LOCKED" });
});

test("any other failure is not waited out", async () => {
  const { slept, ports } = world();
  await assert.rejects(
    whenUnlocked(600_000, ports, () => Promise.reject(new Error("no"))),
    { message: "no" },
  );
  assert.deepEqual(slept, []);
});
