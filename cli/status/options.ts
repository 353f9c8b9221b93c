import { parseArgs } from "node:util";
import type { WantedStack } from "../../stack/wantedStack.ts";
import { BadUsage } from "../command.ts";

/** What the command line asks for. */
export interface Options extends WantedStack {
  readonly file: string | undefined;
  readonly offline: boolean;
  readonly json: boolean;
}

const OPTIONS = {
  stack: { type: "string", short: "s" },
  cwd: { type: "string", short: "C", default: "." },
  file: { type: "string" },
  offline: { type: "boolean", default: false },
  json: { type: "boolean", short: "j", default: false },
} as const;

/** Reads the command line; throws `BadUsage`. */
export function readOptions(args: readonly string[]): Options {
  const { stack, file, ...rest } = parse(args);
  for (const [name, value] of Object.entries({ stack, file, cwd: rest.cwd }))
    if (value === "") throw new BadUsage(`--${name} must not be empty.`);
  return { stack, file, ...rest };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new BadUsage(error.message);
  }
}
