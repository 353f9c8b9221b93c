import { appendFile, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { ExitCode } from "../exitCodes.ts";
import { jsonText } from "../json.ts";
import { markdown } from "./markdown.ts";
import type { Options } from "./options.ts";
import { rotateStack } from "./rotateStack.ts";

/** `iam-keys rotate`: rotates, and writes the reports; resolves to the exit code. */
export async function rotate(options: Options): Promise<ExitCode> {
  const ended = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => ended.abort());
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
  if (options.reportFile) await writeFile(options.reportFile, `${jsonText(report)}\n`);
  console.log(`${report.result}: ${report.message}`);
  return report.exitCode;
}
