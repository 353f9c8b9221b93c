import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { allCases, type MatrixCase, sampledCases } from "../matrix/cases.ts";
import { type DoorName, engineOf } from "../matrix/engines.ts";
import { canFindProcesses } from "../matrix/processes.ts";
import { runMatrix } from "../matrix/runMatrix.ts";

/** Other cases with every seed: those that a change must pass are the slice of `npm test`. */
const seed = process.env.MATRIX_SEED ?? "";
const skip = !canFindProcesses
  ? "the processes of a run are found by /proc alone"
  : seed === "" && "MATRIX_SEED chooses a sample, for a run every night";
/** There is one of each operation among the first; on a slow machine the rest may not be begun. */
const SAMPLE = 40;
const BUDGET_MS = 6 * 60_000;
const FEW = 4;

test(`a sample of the fault matrix, MATRIX_SEED=${seed}`, { skip }, async (t) => {
  await survives(t, "dynamic", sampledCases("cli", SAMPLE, seed));
});

test(`a few cases of it by the plugin's door, MATRIX_SEED=${seed}`, { skip }, async (t) => {
  const inOrder = sampledCases("cli", allCases("cli").length, seed);
  const kill = inOrder.find(({ strike }) => strike.kind === "kill" && strike.victim === "provider");
  assert.ok(kill);
  await survives(t, "native", [kill, ...inOrder.slice(0, FEW)]);
});

async function survives(t: TestContext, door: DoorName, cases: readonly MatrixCase[]): Promise<void> {
  const options = { engine: await engineOf("cli", door), jobs: 2, until: Date.now() + BUDGET_MS };
  for (const { one, result } of await runMatrix(cases, options))
    await t.test(one.name, () => assert.deepEqual(result.problems, [], result.output));
}
