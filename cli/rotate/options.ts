import { resolve } from "node:path";
import { parseRotateNow } from "../../provider/rotation/emergency.ts";
import { BadUsage } from "../command.ts";
import type { Limits } from "./share.ts";

/** What the command line says. */
export interface GivenOptions {
  readonly stack: string;
  readonly cwd: string;
  readonly rotateNow?: string;
  readonly attempts: number;
  readonly lockWaitMinutes: number;
  readonly overdueDays: number;
  readonly maxRotations?: number;
  readonly apart?: readonly string[];
  readonly summary?: string;
  readonly report?: string;
}

/** How a run is to go. */
export interface Options {
  readonly limits: Limits;
  readonly stack: string;
  /** The folder of the program's Pulumi.yaml. */
  readonly cwd: string;
  /** How often the run is tried, the first time included. */
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
  readonly reportFile: string | undefined;
}

/**
 * Completes what the command line says with what the environment does, where an empty variable counts as absent, as an
 * input of a workflow may be; throws `BadUsage`.
 */
export function readOptions(given: GivenOptions, env: NodeJS.ProcessEnv): Options {
  const order = (given.rotateNow ?? env.IAM_KEYS_ROTATE_NOW)?.trim();
  if (order && !parseRotateNow(order))
    throw new BadUsage(
      'The order to rotate (--rotate-now, IAM_KEYS_ROTATE_NOW) must be "<token>:<name>[,<name>…]", such as "incident-42:*".',
    );
  return {
    stack: given.stack,
    cwd: resolve(given.cwd),
    attempts: given.attempts,
    lockWaitMs: given.lockWaitMinutes * 60_000,
    overdueMs: given.overdueDays * 24 * 3600_000,
    limits: { most: given.maxRotations, apart: (given.apart ?? []).map(groupIn) },
    order: order || undefined,
    summaryFile: given.summary ?? (env.GITHUB_STEP_SUMMARY || undefined),
    reportFile: given.report,
  };
}

function groupIn(text: string): string[] {
  const names = text.split(",").map((name) => name.trim());
  if (names.every((name) => name !== "") && (names.length > 1 || text.includes("*"))) return names;
  throw new BadUsage('--apart must be the names of several keys, such as "primary,standby" or "db-*".');
}
