/** One command of `iam-keys`. */
export interface Command {
  readonly name: string;
  /** What it does, in a line. */
  readonly summary: string;
  /** What `--help` prints. */
  readonly usage: string;
  /** Loads what it needs; gives what runs it with its arguments and resolves to its exit code. */
  load(): Promise<(args: readonly string[]) => Promise<number>>;
}

/** The command line is not one that the command takes. */
export class BadUsage extends Error {
  override readonly name = "BadUsage";
}
