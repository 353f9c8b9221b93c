import { parseArgs } from "node:util";

/** How often at most something is measured that takes a minute. */
export const ROUNDS_OF_MINUTES = 2;

/** How much the bench does. */
export interface Options {
  /** How often each time is measured. */
  readonly rounds: number;
  /** How many keys "many" are, where growth and memory of the provider are measured. */
  readonly many: number;
  /** The same on the local engine; undefined: its growth is not measured. */
  readonly onEngine: number | undefined;
  /** How many resources a stack of the Pulumi CLI has. */
  readonly onCli: number;
  /** The measures with this text in their names; absent: all. */
  readonly only: string | undefined;
}

/** The command line is not as it should be; the message says what is, for each option. */
export class BadOptions extends Error {}

export const USAGE = `Usage: npm run bench -- [options]

  --quick        one round, 500 keys in the place of 10000, 20 on the Pulumi CLI, and no growth of the local engine
  --rounds N     how often each time is measured (3; at most twice where a round takes a minute)
  --on-engine N  up to how many keys a stack of the local engine grows (2000; 10000 take six minutes more)
  --only TEXT    the measures with this text in their names alone
  --help         this text

The exit code is 0 where every target is met, 1 where one is missed, 2 for bad options.`;

/** Reads the command line; undefined where it asks for the usage alone. Throws `BadOptions`. */
export function readOptions(args: readonly string[], measures: readonly string[]): Options | undefined {
  const values = parse(args);
  if (values.help) return undefined;
  const rounds = values.rounds ?? (values.quick ? "1" : "3");
  if (!/^[1-9]\d?$/.test(rounds))
    throw new BadOptions(`--rounds must be a whole number from 1 to 99, not "${rounds}"`);
  const onEngine = values["on-engine"] ?? (values.quick ? undefined : "2000");
  if (onEngine !== undefined && !/^[1-9]\d{2,5}$/.test(onEngine))
    throw new BadOptions(`--on-engine must be a whole number from 100 to 999999, not "${onEngine}"`);
  const { only } = values;
  if (only !== undefined && !measures.some((name) => name.includes(only)))
    throw new BadOptions(`--only must be part of one of ${measures.join(", ")}, and "${only}" is not`);
  return {
    rounds: Number(rounds),
    many: values.quick ? 500 : 10_000,
    onEngine: onEngine === undefined ? undefined : Number(onEngine),
    onCli: values.quick ? 20 : 200,
    only,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        quick: { type: "boolean", default: false },
        rounds: { type: "string" },
        "on-engine": { type: "string" },
        only: { type: "string" },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new BadOptions(`${error.message}\nnpm run bench -- --help lists the options.`);
  }
}
