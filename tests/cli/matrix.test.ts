import assert from "node:assert/strict";
import { test } from "node:test";
import { cli } from "../matrix/engines.ts";
import { canFindProcesses } from "../matrix/processes.ts";
import { runMatrix } from "../matrix/runMatrix.ts";
import { caseNamed } from "../matrix/slice.ts";

const skip = canFindProcesses ? false : "the processes of a run are found by /proc alone";

test("a sample of the fault matrix", { skip }, async (t) => {
  const cases = [
    "create: 500 after once at create, no idempotency, then up",
    "rotate: 403 lasting at create, then destroy",
    "create: kill -9 of provider after at create, no idempotency, then up",
  ].map(caseNamed);
  for (const { one, result } of await runMatrix(cases, { engine: await cli(), jobs: 1 }))
    await t.test(one.name, () => assert.deepEqual(result.problems, [], result.output));
});
