import { type ParseArgsConfig, parseArgs } from "node:util";
import { BadUsage } from "./command.ts";

/** The options by which a command line names the stack. */
export const STACK_OPTIONS = {
  stack: { type: "string", short: "s" },
  cwd: { type: "string", short: "C", default: "." },
  file: { type: "string" },
} as const;

/** Reads a command line in which nothing may be empty; throws `BadUsage`. */
export function parseCommandLine<Config extends ParseArgsConfig>(
  config: Config,
): ReturnType<typeof parseArgs<Config>> {
  const parsed = parsedOf(config);
  for (const [name, value] of Object.entries(parsed.values))
    if (value === "") throw new BadUsage(`--${name} must not be empty.`);
  return parsed;
}

function parsedOf<Config extends ParseArgsConfig>(config: Config): ReturnType<typeof parseArgs<Config>> {
  try {
    return parseArgs(config);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new BadUsage(error.message);
  }
}
