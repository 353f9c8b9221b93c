import { StackFailure, StackNotFound } from "../../stack/files/failure.ts";

/** Exit codes of the `pulumi` command line, so that scripts may call either. */
export const exitCodes = {
  failure: 1,
  unconfirmed: 2,
  stackNotFound: 6,
  unexpectedChanges: 7,
  cancelled: 8,
} as const;

/** A failure that the user can act on: printed as `error: message`, without a stack trace. */
export class EngineFailure extends StackFailure {
  override readonly name: string = "EngineFailure";
  readonly exitCode: number;

  constructor(message: string, exitCode: number = exitCodes.failure) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** A failure that was already shown (as a diagnostic of a resource): only the exit code is left to give. */
export class ReportedFailure extends EngineFailure {
  override readonly name = "ReportedFailure";
}

/** The exit code for it. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof StackNotFound) return exitCodes.stackNotFound;
  return error instanceof EngineFailure ? error.exitCode : exitCodes.failure;
}

/** What went wrong, in one text, for a value of unknown type caught from a library. */
export function messageOf(error: unknown): string {
  if (error instanceof Error) {
    const details = (error as { details?: unknown }).details;
    return typeof details === "string" && details !== "" ? details : error.message;
  }
  return String(error);
}
