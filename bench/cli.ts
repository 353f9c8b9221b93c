/** `npm run bench`: what the provider takes by both doors, as a table, each figure beside its floor. */
import { loadavg } from "node:os";
import { realEngine } from "../tools/engine.ts";
import { gains } from "./measures/gains.ts";
import { noOpGrowth } from "./measures/noOpGrowth.ts";
import { pluginStart } from "./measures/pluginStart.ts";
import { providerGrowth } from "./measures/providerGrowth.ts";
import { providerStart } from "./measures/providerStart.ts";
import { requests } from "./measures/requests.ts";
import { stacks } from "./measures/stacks.ts";
import { storm } from "./measures/storm.ts";
import { BadOptions, type Options, readOptions, USAGE } from "./options.ts";
import { machine, writeResults } from "./results.ts";
import { summaryOf, tableOf } from "./row.ts";
import { runMeasures } from "./runMeasures.ts";

const MEASURES = [stacks, requests, providerStart, pluginStart, providerGrowth, storm, noOpGrowth, gains];

const words = process.argv.slice(2);
try {
  const options = readOptions(
    words,
    MEASURES.map(({ name }) => name),
  );
  if (options) await bench(options);
  else console.log(USAGE);
} catch (error) {
  if (!(error instanceof BadOptions)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

async function bench(options: Options): Promise<void> {
  const began = performance.now();
  const chosen = MEASURES.filter(({ name }) => options.only === undefined || name.includes(options.only));
  const cli = chosen.some(({ onCli }) => onCli) ? await cliName() : "no Pulumi CLI";
  const about = { date: new Date().toISOString().slice(0, 10), machine: machine(), cli, options: words };
  const load = loadavg().map((each) => each.toFixed(1));
  console.log(`${about.date}, ${about.machine}, ${cli}, load ${load.join(", ")}\n`);
  const rows = await runMeasures(chosen, options, async (soFar) => {
    const minutes = Math.round((performance.now() - began) / 60_000);
    if (options.json !== undefined) await writeResults(options.json, { ...about, minutes, rows: soFar });
  });
  console.log(`${tableOf(rows)}\n\n${summaryOf(rows)}`);
  if (rows.some(({ verdict }) => verdict === "missed")) process.exitCode = 1;
}

/** Where there is none, and none can be built, the measures that run it fail, and say why; the others do not need it. */
async function cliName(): Promise<string> {
  return realEngine().then(
    ({ name }) => name,
    () => "no Pulumi CLI",
  );
}
