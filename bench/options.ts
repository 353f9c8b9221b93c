import { parseArgs } from "node:util";

/** How much the bench does. */
export interface Options {
  /** How often each time is measured. */
  readonly rounds: number;
  /** How many resources a stack has. */
  readonly count: number;
  /** To how many it grows where nothing is done. */
  readonly counts: readonly number[];
  /** How many keys "many" are to a provider process. */
  readonly many: number;
  /** How many keys are made at a go where the server refuses what comes too fast. */
  readonly storm: number;
  /** The file for machines; absent: none is written. */
  readonly json: string | undefined;
  /** The measures with this text in their names; absent: all. */
  readonly only: string | undefined;
}

/** The command line is not as it should be; the message says what is, for each option. */
export class BadOptions extends Error {}

export const USAGE = `Usage: npm run bench -- [options]

  --quick      one round with 10 resources in the place of 200, and little of everything else
  --rounds N   how often each time is measured (3)
  --only TEXT  the measures with this text in their names alone
  --json FILE  also writes the results there, for machines, after each measure
  --help       this text

The exit code is 0 where every target is met, 1 where one is missed, 2 for bad options.`;

const WHOLE = { count: 200, counts: [200, 1000, 4000], many: 10_000, storm: 1000 };
const QUICK = { count: 10, counts: [10, 20, 40], many: 300, storm: 100 };

/** Reads the command line; undefined where it asks for the usage alone. Throws `BadOptions`. */
export function readOptions(args: readonly string[], measures: readonly string[]): Options | undefined {
  const values = parse(args);
  if (values.help) return undefined;
  const rounds = values.rounds ?? (values.quick ? "1" : "3");
  if (!/^[1-9]\d?$/.test(rounds))
    throw new BadOptions(`--rounds must be a whole number from 1 to 99, not "${rounds}"`);
  const { only, json } = values;
  if (only !== undefined && !measures.some((name) => name.includes(only)))
    throw new BadOptions(`--only must be part of one of ${measures.join(", ")}, and "${only}" is not`);
  return { ...(values.quick ? QUICK : WHOLE), rounds: Number(rounds), only, json };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        quick: { type: "boolean", default: false },
        rounds: { type: "string" },
        only: { type: "string" },
        json: { type: "string" },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new BadOptions(`${error.message}\nnpm run bench -- --help lists the options.`);
  }
}
