/** `npm run bench`: what the provider and the engines take, as a table, each beside its floor. */
import { cpus, loadavg, release, type } from "node:os";
import { coldStart } from "./measures/coldStart.ts";
import { engineGrowth } from "./measures/engineGrowth.ts";
import { localEngine } from "./measures/localEngine.ts";
import { providerGrowth } from "./measures/providerGrowth.ts";
import { providerOverhead } from "./measures/providerOverhead.ts";
import { pulumiCli } from "./measures/pulumiCli.ts";
import { requests } from "./measures/requests.ts";
import { BadOptions, readOptions, USAGE } from "./options.ts";
import { runMeasures } from "./runMeasures.ts";

const MEASURES = [
  requests,
  providerOverhead,
  providerGrowth,
  localEngine,
  coldStart,
  engineGrowth,
  pulumiCli,
];

try {
  const options = readOptions(
    process.argv.slice(2),
    MEASURES.map(({ name }) => name),
  );
  if (!options) {
    console.log(USAGE);
  } else {
    console.log(`${machine()}\n`);
    if ((await runMeasures(MEASURES, options, console.log)) > 0) process.exitCode = 1;
  }
} catch (error) {
  if (!(error instanceof BadOptions)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

function machine(): string {
  const [cpu] = cpus();
  const load = loadavg()
    .map((each) => each.toFixed(1))
    .join(", ");
  return `${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpu?.model.trim()}, ${type()} ${release()}, Node ${process.versions.node}, load ${load}`;
}
