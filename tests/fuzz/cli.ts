/** `npm run fuzz -- --minutes 60`: tries every way in with inputs that nobody has tried yet, and keeps what breaks one. */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import type { Fault } from "./trial.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "5" },
    only: { type: "string" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
  },
});
/** So many inputs between two looks at the clock; those that the slowest door takes in seconds. */
const RUNS = 50;
/** What takes longer than this for so many has no end that anybody waits for. */
const HANGS_MS = 300_000;

const end = Date.now() + Number(values.minutes) * 60_000;
const tried: Record<string, number> = {};
const faults = new Map<string, Fault>();
let at: { door: string; seed: number } | undefined;
let lookedAt = Date.now();

const worker = new Worker(new URL("./worker.ts", import.meta.url), {
  workerData: { only: values.only, seed: Number(values.seed), runs: RUNS },
});
worker.on("message", (said: { door: string; seed: number } | { tried: number; fault?: Fault }) => {
  lookedAt = Date.now();
  if ("door" in said) {
    at = said;
    return;
  }
  if (at) tried[at.door] = (tried[at.door] ?? 0) + said.tried;
  if (said.fault) keep(said.fault);
});
worker.on("error", (error) => {
  console.error(error);
  process.exit(1);
});
const clock = setInterval(async () => {
  const hangs = Date.now() - lookedAt > HANGS_MS;
  if (hangs && at) keep({ ...at, input: undefined, why: "it does not end: look with --only and --seed" });
  if (!hangs && Date.now() < end) return;
  clearInterval(clock);
  await worker.terminate();
  console.log(JSON.stringify({ seed: values.seed, tried, faults: faults.size }));
  process.exitCode = faults.size === 0 ? 0 : 1;
}, 1000);

/** One fault of each kind: what throws at one place is one. */
function keep(fault: Fault): void {
  const kind = `${fault.door} ${fault.why.split("\n").slice(0, 2).join(" ").replaceAll(/\d+/g, "n")}`;
  if (faults.has(kind)) return;
  faults.set(kind, fault);
  const file = new URL(`./corpus/${fault.door}-${fault.seed}.json`, import.meta.url);
  if (fault.input !== undefined) writeFileSync(file, `${fault.input}\n`);
  console.error(`${fault.door}, seed ${fault.seed}: ${fault.why}\n`);
}
