/** Why a request does not get what it asks for. Its message goes to the caller and the log. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  /** The HTTP status of the answer. */
  readonly status: number;
  /** After how many seconds the same may be asked again. */
  readonly retryAfterS: number | undefined;

  constructor(status: number, message: string, retryAfterS?: number) {
    super(message);
    this.status = status;
    this.retryAfterS = retryAfterS;
  }
}
