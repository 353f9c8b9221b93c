import { EXIT, type ExitCode } from "../exitCodes.ts";

/** What ends a run, or stays for a person to do: a code of pulumi-iam-keys, or one of this command. */
export interface Failure {
  readonly code: string;
  /** What happened, without a secret. */
  readonly what: string;
  /** What to do about it, in one sentence. */
  readonly advice: string;
  /** What a run ends with because of it. */
  readonly exitCode: ExitCode;
}

/** Carries a failure to the report. */
export class RunFailed extends Error implements Failure {
  override readonly name = "RunFailed";
  readonly code: string;
  readonly what: string;
  readonly advice: string;
  readonly exitCode: ExitCode;

  constructor(code: string, what: string, advice: string, exitCode: ExitCode = EXIT.person) {
    super(`${what} ${advice}`);
    this.code = code;
    this.what = what;
    this.advice = advice;
    this.exitCode = exitCode;
  }
}
