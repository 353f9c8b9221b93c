import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { LOCAL } from "./engines.ts";
import { SERVER_FAULTS } from "./faults.ts";
import { canFindProcesses } from "./processes.ts";
import { runMatrix } from "./runMatrix.ts";
import { caseNamed, sliceCases } from "./slice.ts";

/** What each mutant of the product is bound to get wrong. */
const MUTANT_CASES = {
  noOrphans: {
    name: "create: kill -9 of both after at create, no idempotency, then up",
    problem: /is in no state/,
  },
  deletesFirst: { name: "rotate: 403 lasting at create, then destroy", problem: /was cut off/ },
} as const;

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
    for (const { one, result } of await runMatrix(sliceCases(), { engine: LOCAL, jobs: 2 }))
      await t.test(one.name, () => assert.deepEqual(result.problems, [], result.output));
  });

  for (const [mutant, { name, problem }] of Object.entries(MUTANT_CASES)) {
    test(`it fails where the product does: ${mutant}`, async () => {
      const [report] = await runMatrix([caseNamed(name)], { engine: LOCAL, jobs: 1, mutant });
      assert.equal(report?.result.outcome, "failed");
      assert.match(report.result.problems.join("\n"), problem);
    });
  }
});
