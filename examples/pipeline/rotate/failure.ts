/** What ends a run, or stays for a person to do: a code of pulumi-iam-keys, or one of this program. */
export interface Failure {
  readonly code: string;
  /** What happened. Holds no secret: it is this program's own text or an error of pulumi-iam-keys. */
  readonly what: string;
  /** What to do about it, in one sentence. */
  readonly advice: string;
  /** Whether to run again is of no use before a person has done something. */
  readonly needsPerson: boolean;
}

/** A failure on its way up. */
export class RunFailed extends Error implements Failure {
  override readonly name = "RunFailed";
  readonly code: string;
  readonly what: string;
  readonly advice: string;
  readonly needsPerson: boolean;

  constructor(code: string, what: string, advice: string, { needsPerson = true } = {}) {
    super(`${what} ${advice}`);
    this.code = code;
    this.what = what;
    this.advice = advice;
    this.needsPerson = needsPerson;
  }
}
