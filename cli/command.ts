import type { Option, OptionValues } from "commander";
import type { ExitCode } from "./exitCodes.ts";

/** One command of `iam-keys`: the help, docs/commands.md and the parser come from it. */
export interface Command {
  readonly name: string;
  /** What it does, in a line. */
  readonly summary: string;
  /** The same with what a reader must know before using it. */
  readonly description: string;
  /** Absent: it takes only options. */
  readonly argument?: { readonly name: string; readonly description: string };
  readonly options: readonly Option[];
  /** What its exit codes stand for, except 0. */
  readonly codes: Readonly<Partial<Record<ExitCode, string>>>;
  /** Its exit code if it ends with an error. */
  readonly errorCode: ExitCode;
  /** Loads what it needs and runs; resolves to its exit code. */
  run(values: OptionValues, args: readonly string[]): Promise<ExitCode>;
}

/** The command does not accept the command line. */
export class BadUsage extends Error {
  override readonly name = "BadUsage";
}
