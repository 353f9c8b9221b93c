import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { branchesMissed } from "./branches.ts";
import { LOCAL } from "./engines.ts";
import { SERVER_FAULTS } from "./faults.ts";
import type { MutantName } from "./mutants.ts";
import { canFindProcesses } from "./processes.ts";
import { runMatrix } from "./runMatrix.ts";
import { caseNamed, sliceCases } from "./slice.ts";
import type { ResourceName } from "./stackProgram.ts";

/** What each mutant of the product is bound to get wrong: in which case, with which resource, and in which words. */
const MUTANT_CASES: Readonly<Record<MutantName, readonly [string, ResourceName, RegExp]>> = {
  leavesTrials: [
    "rotate: 500 after once at create, no idempotency, then up",
    "rotatingAccess",
    /is in no state/,
  ],
  sweepsByName: ["update: no fault at none, then refresh", "access", /none of the stack's stays/],
  sweepsHandedOut: ["update: no fault at none, then refresh", "api", /none of the stack's stays/],
  discardWithdraws: [
    "rotate: 500 after at create and 500 at delete, then up",
    "rotatingSunk",
    /stays readable until its key is gone/,
  ],
  namesNothing: ["refresh: no fault at none, then refresh", "access", /nobody named/],
  deletesCurrent: ["rotate: 403 lasting at create, then destroy", "rotatingAccess", /holds as current stays/],
  ordersBackwards: [
    "rotate: no fault at none, then destroy",
    "rotatingApi",
    /an order ends the previous key/,
  ],
  untried: ["create: no fault at none, then destroy", "access", /that was not tried/],
  givesOutOnTrial: ["rotate: no fault at none, then up", "rotatingAccess", /trial is not over/],
  oneSuccess: ["create: no fault at none, flapping keys, then destroy", "user", /was cut off/],
  believesLists: ["refresh: no fault at none, stale lists, then up", "access", /is in no state/],
  createDeletes: ["replace: no fault at none, then destroy", "access", /holds as current stays/],
  reversesQuarantine: ["refresh: no fault at none, quarantine, then up", "user", /made inactive stays so/],
  retiresEarly: ["idle: no fault at none, then destroy", "rotatingAccess", /until its overlap is over/],
};

const skip = canFindProcesses ? false : "the processes of a run are found by /proc alone";

describe("the fault matrix", { skip, concurrency: 2 }, () => {
  test("the slice of it has every fault of the server in it", () => {
    const faults = sliceCases().flatMap(({ fault }) => fault.split(", "));
    assert.deepEqual(
      SERVER_FAULTS.map(({ name }) => name).filter((name) => !faults.includes(name)),
      [],
    );
  });

  test("a slice of it: what a fault has left, two more runs set right", async (t) => {
    const reports = await runMatrix(sliceCases(), { engine: LOCAL, jobs: 2 });
    for (const { one, result } of reports)
      await t.test(one.name, () => assert.deepEqual(result.problems, [], result.output));
    await t.test("it comes to every branch of a key's life", () => {
      assert.deepEqual(branchesMissed(reports.map(({ result }) => result)), []);
    });
  });

  for (const [mutant, [name, resource, problem]] of Object.entries(MUTANT_CASES)) {
    test(`it fails where the product does: ${mutant}`, async () => {
      const cases = [caseNamed(name, [resource])];
      const [report] = await runMatrix(cases, { engine: LOCAL, jobs: 1, mutant });
      assert.equal(report?.result.outcome, "failed");
      assert.match(report.result.problems.join("\n"), problem);
    });
  }
});
