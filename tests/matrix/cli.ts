/** `npm run matrix`: the fault matrix, as a table. Exits with 1 where a case failed. */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { allCases, chosenCases } from "./cases.ts";
import { cli, LOCAL, type MatrixEngine } from "./engines.ts";
import { runMatrix } from "./runMatrix.ts";
import { sumsOf, tableOf } from "./table.ts";

const { values } = parseArgs({
  options: {
    all: { type: "boolean", default: false },
    only: { type: "string" },
    engine: { type: "string", default: "local" },
    jobs: { type: "string", default: "2" },
    mutant: { type: "string" },
    json: { type: "string" },
    list: { type: "boolean", default: false },
  },
});
const { only } = values;
// A case that is asked for by its name is tried whether it was chosen or not.
const cases = (values.all || only !== undefined ? allCases() : chosenCases()).filter(
  ({ name }) => only === undefined || name.includes(only),
);
if (cases.length === 0) throw new Error(`No case has "${only}" in its name; --list names them.`);

if (values.list) for (const { name } of cases) console.log(name);
else await run(await engineNamed(values.engine));

async function engineNamed(name: string): Promise<MatrixEngine> {
  if (name === "local") return LOCAL;
  if (name === "cli") return await cli();
  throw new Error(`--engine is local or cli, not "${name}".`);
}

async function run(engine: MatrixEngine): Promise<void> {
  const soFar: object[] = [];
  const reports = await runMatrix(cases, {
    engine,
    jobs: Number(values.jobs),
    mutant: values.mutant,
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
  for (const { one, result } of failed) console.log(`\n${one.name}\n  - ${result.problems.join("\n  - ")}`);
  if (failed.length > 0) process.exitCode = 1;
}
