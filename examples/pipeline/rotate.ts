/** Rotates what is due in a stack, for a schedule: `node rotate.ts --stack production`. See docs/pipelines.md. */
import { appendFile, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { RunFailed } from "./rotate/failure.ts";
import { markdown } from "./rotate/markdown.ts";
import { type Options, readOptions, USAGE } from "./rotate/options.ts";
import { rotateStack } from "./rotate/rotateStack.ts";

const ended = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => ended.abort());

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  if (args.length === 0) {
    console.log(USAGE);
    return 2;
  }
  try {
    return await rotate(readOptions(args, process.env, import.meta.dirname));
  } catch (error) {
    if (!(error instanceof RunFailed)) throw error;
    console.error(error.message);
    return 2;
  }
}

async function rotate(options: Options): Promise<number> {
  const report = await rotateStack(options, {
    now: Date.now,
    sleep: async (milliseconds) => {
      await sleep(milliseconds, undefined, { signal: ended.signal }).catch(() => {});
    },
    random: Math.random,
    print: (text) => process.stdout.write(text),
    environment: {},
    signal: ended.signal,
  });
  if (options.summaryFile) await appendFile(options.summaryFile, markdown(report));
  if (options.jsonFile) await writeFile(options.jsonFile, `${JSON.stringify(report, null, 2)}\n`);
  console.log(`${report.result}: ${report.message}`);
  return report.exitCode;
}
