import { jsonReply, type Reply } from "../exchange.ts";

/** The google.rpc codes in use, with the HTTP status each is answered with. */
const httpStatusOfCode: Readonly<Record<number, number>> = {
  3: 400,
  4: 504,
  5: 404,
  6: 409,
  7: 403,
  8: 429,
  9: 400,
  13: 500,
  14: 503,
  16: 401,
};

/** A refusal in the form of google.rpc.Status. */
export class YandexError extends Error {
  override readonly name = "YandexError";
  readonly code: number;
  readonly details: readonly object[];

  constructor(code: number, message: string, details: readonly object[] = []) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

export interface FieldViolation {
  readonly field: string;
  readonly description: string;
}

/** The request does not fit its definition; `violations` say which fields. */
export function invalidArgument(message: string, violations: readonly FieldViolation[] = []): YandexError {
  const badRequest = {
    "@type": "type.googleapis.com/google.rpc.BadRequest",
    fieldViolations: violations,
  };
  return new YandexError(3, message, violations.length > 0 ? [badRequest] : []);
}

export const notFound = (message: string): YandexError => new YandexError(5, message);
export const alreadyExists = (message: string): YandexError => new YandexError(6, message);
export const failedPrecondition = (message: string): YandexError => new YandexError(9, message);
export const permissionDenied = (message: string): YandexError => new YandexError(7, message);
export const unauthenticated = (message: string): YandexError => new YandexError(16, message);

/** The answer that carries an error. */
export function yandexErrorReply({ code, message, details }: YandexError): Reply {
  return jsonReply(httpStatusOfCode[code] ?? 500, { code, message, details });
}

/** The code that usually goes with an HTTP status. */
export function codeOfHttpStatus(status: number): number {
  const known = Object.entries(httpStatusOfCode).find(([, httpStatus]) => httpStatus === status);
  return Number(known?.[0] ?? 13);
}
