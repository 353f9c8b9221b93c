/** `npm run matrix`: the fault matrix, as a table. Exits with 1 where a case failed, or a branch was not reached. */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { branchesMissed } from "./branches.ts";
import { allCases, chosenCases, type MatrixCase, sampledCases } from "./cases.ts";
import { engineOf } from "./engines.ts";
import { runMatrix } from "./runMatrix.ts";
import { sliceCases } from "./slice.ts";
import { sumsOf, tableOf } from "./table.ts";

const { values } = parseArgs({
  options: {
    all: { type: "boolean", default: false },
    slice: { type: "boolean", default: false },
    sample: { type: "string" },
    seed: { type: "string", default: "" },
    only: { type: "string" },
    engine: { type: "string" },
    door: { type: "string", default: "dynamic" },
    jobs: { type: "string", default: "2" },
    minutes: { type: "string" },
    mutant: { type: "string" },
    json: { type: "string" },
    list: { type: "boolean", default: false },
  },
});
const { only, sample, minutes, door } = values;
const engine = await engineOf(values.engine ?? (door === "native" ? "cli" : "local"), door);
if (door === "native" && values.mutant !== undefined)
  throw new Error("A mutant takes the place of a module, and the plugin is one bundle.");
const cases = wantedCases().filter(({ name }) => only === undefined || name.includes(only));
if (cases.length === 0) throw new Error(`No case has "${only}" in its name; --list names them.`);

if (values.list) for (const { name } of cases) console.log(name);
else await run();

function wantedCases(): readonly MatrixCase[] {
  if (values.slice) return sliceCases();
  if (sample !== undefined) return sampledCases(engine.kind, Number(sample), values.seed);
  // A case that is asked for by its name is tried whether it was chosen or not.
  return values.all || only !== undefined ? allCases(engine.kind) : chosenCases(engine.kind);
}

async function run(): Promise<void> {
  const soFar: object[] = [];
  const reports = await runMatrix(cases, {
    engine,
    jobs: Number(values.jobs),
    mutant: values.mutant,
    until: minutes === undefined ? Number.POSITIVE_INFINITY : Date.now() + Number(minutes) * 60_000,
    onResult(one, result) {
      soFar.push({ ...one, ...result });
      const { outcome, runs } = result;
      console.error(`${soFar.length}/${cases.length} ${outcome} after ${runs} run(s)  ${one.name}`);
      // Whoever stops the matrix has what it came to.
      if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(soFar, undefined, 1));
    },
  });
  const failed = reports.filter(({ result }) => result.outcome === "failed");
  console.log(`\n${tableOf(reports)}\n\n${sumsOf(reports)}`);
  if (reports.length < cases.length) console.log(`${cases.length - reports.length} were not begun in time.`);
  for (const { one, result } of failed) console.log(`\n${one.name}\n  - ${result.problems.join("\n  - ")}`);
  const missed = branchesMissed(reports.map(({ result }) => result));
  if (missed.length > 0) console.log(`\nNo case came to: ${missed.join(", ")}.`);
  const isCampaign = only === undefined && sample === undefined;
  if (failed.length > 0 || (isCampaign && missed.length > 0)) process.exitCode = 1;
}
