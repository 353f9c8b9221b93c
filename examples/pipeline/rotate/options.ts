import { parseArgs } from "node:util";
import { RunFailed } from "./failure.ts";

/** How a run is to go. */
export interface Options {
  readonly stack: string;
  /** The folder of the program's Pulumi.yaml. */
  readonly program: string;
  /** How often the run is tried in all. */
  readonly attempts: number;
  /** How long a stack that somebody else is changing is waited for, in milliseconds. */
  readonly lockWaitMs: number;
  /** By how much a key may be overdue before a person is asked for, in milliseconds. */
  readonly overdueMs: number;
  /** An order to rotate at once: `<token>:<pattern>[,<pattern>…]`. */
  readonly order: string | undefined;
  /** The file to which the Markdown is appended. */
  readonly summaryFile: string | undefined;
  /** The file that gets the JSON. */
  readonly jsonFile: string | undefined;
}

export const USAGE = `usage: node rotate.ts --stack <name>

  --stack <name>                 the stack; required
  --program <folder>             where its Pulumi.yaml is (the folder of rotate.ts)
  --rotate-now <token>:<names>   rotate at once what has these names; also IAM_KEYS_ROTATE_NOW
  --attempts <n>                 how often a run is tried in all (2)
  --lock-wait-minutes <n>        how long to wait for a stack that is locked (10)
  --overdue-days <n>             how long a key may be overdue before a person is asked for (3)
  --summary <file>               where the Markdown is appended; else GITHUB_STEP_SUMMARY
  --json <file>                  where the JSON goes

exit codes: 0 nothing due or all rotated, 1 failed and safe to run again, 2 needs a person`;

const FLAGS = {
  stack: { type: "string" },
  program: { type: "string" },
  "rotate-now": { type: "string" },
  attempts: { type: "string", default: "2" },
  "lock-wait-minutes": { type: "string", default: "10" },
  "overdue-days": { type: "string", default: "3" },
  summary: { type: "string" },
  json: { type: "string" },
} as const;

const ORDER = /^[\w.-]+:[^\s,]+(,[^\s,]+)*$/;

/** Reads the command line and the environment; an empty variable counts as absent, as an input of a workflow may be. */
export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv, ownFolder: string): Options {
  const values = parse(args);
  if (!values.stack) throw badUsage("--stack <name> is missing");
  const order = (values["rotate-now"] || env.IAM_KEYS_ROTATE_NOW)?.trim();
  if (order && !ORDER.test(order))
    throw badUsage('the order to rotate must be "<token>:<name>[,<name>…]", such as "incident-42:*"');
  return {
    stack: values.stack,
    program: values.program ?? ownFolder,
    attempts: number("attempts", values.attempts, 1),
    lockWaitMs: number("lock-wait-minutes", values["lock-wait-minutes"], 0) * 60_000,
    overdueMs: number("overdue-days", values["overdue-days"], 0) * 24 * 3600_000,
    order: order || undefined,
    summaryFile: values.summary || env.GITHUB_STEP_SUMMARY || undefined,
    jsonFile: values.json || undefined,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: FLAGS }).values;
  } catch (error) {
    throw badUsage(error instanceof Error ? error.message : String(error));
  }
}

function number(flag: string, text: string, least: number): number {
  const value = Number(text);
  const isWhole = /^\d+$/.test(text) && value >= least && value <= 10_000;
  if (!isWhole) throw badUsage(`--${flag} must be a whole number from ${least} to 10000`);
  return value;
}

function badUsage(what: string): RunFailed {
  return new RunFailed("USAGE", what, "Correct the command line: node rotate.ts without arguments lists it.");
}
