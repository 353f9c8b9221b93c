import { resolve } from "node:path";
import type { WantedStack } from "../../stack/wantedStack.ts";
import { BadUsage } from "../command.ts";
import { parseCommandLine, STACK_OPTIONS } from "../parseCommandLine.ts";

/** What the command line asks for. */
export interface Options extends WantedStack {
  readonly file: string | undefined;
  /** The keys that are meant; none: those that need no id. */
  readonly ids: readonly string[];
  /** Nobody is to be asked. */
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
}

const OPTIONS = {
  ...STACK_OPTIONS,
  yes: { type: "boolean", short: "y", default: false },
  "dry-run": { type: "boolean", default: false },
  json: { type: "boolean", short: "j", default: false },
} as const;

/** Reads the command line; throws `BadUsage`. */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals: ids } = parseCommandLine({
    args: [...args],
    options: OPTIONS,
    allowPositionals: true,
  });
  const { stack, file, cwd, yes, "dry-run": dryRun, json } = values;
  if (yes && dryRun) throw new BadUsage("--yes and --dry-run exclude each other.");
  if (ids.includes("")) throw new BadUsage("An id must not be empty.");
  // The stack is read twice, and the provider has a folder of its own in between.
  const paths = { cwd: resolve(cwd), file: file === undefined ? undefined : resolve(file) };
  return { stack, ...paths, ids, yes, dryRun, json };
}
