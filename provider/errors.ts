import { inspect } from "node:util";
import { redact } from "./redact.ts";

/** The stable codes of every error this provider raises. */
export type ErrorCode =
  | "INVALID_CONFIG"
  | "NO_CREDENTIALS"
  | "INVALID_ARGUMENT"
  | "INVALID_STATE"
  | "UNAUTHENTICATED"
  | "PERMISSION_DENIED"
  | "NOT_FOUND"
  | "CONFLICT"
  | "LIMIT_EXCEEDED"
  | "RATE_LIMITED"
  | "UNAVAILABLE"
  | "SERVER_ERROR"
  | "TIMEOUT"
  | "CANCELLED"
  | "CONNECTION_FAILED"
  | "CONNECTION_REFUSED"
  | "UNEXPECTED_REPLY"
  | "OPERATION_FAILED"
  | "OPERATION_UNFINISHED"
  | "VERIFICATION_FAILED"
  | "OWN_CREDENTIAL"
  | "UNKNOWN_KIND";

export interface ErrorDetails {
  /** The HTTP status of the server's answer, where there was one. */
  readonly status?: number | undefined;
  /** The ids under which the server's support finds the request. */
  readonly requestIds?: readonly string[] | undefined;
  /** What to do next. */
  readonly hint?: string | undefined;
}

/**
 * The one error type of the provider: what happened, the server's own words and ids, and what to do next.
 * It carries no request, no reply and no cause, because those of HTTP clients hold credentials.
 */
export class IamKeysError extends Error {
  override readonly name = "IamKeysError";
  readonly code: ErrorCode;
  readonly status: number | undefined;
  readonly requestIds: readonly string[];
  readonly hint: string | undefined;
  /** Whether the server may have done what was asked for in spite of the error. The sender of the request sets it. */
  mayHaveWorked = false;
  /** Whether the request cannot have reached the server. */
  neverSent = false;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    const origin = [
      code,
      details.status === undefined ? undefined : `HTTP ${details.status}`,
      details.requestIds?.length ? `request ${details.requestIds.join(", ")}` : undefined,
    ].filter((part) => part !== undefined);
    // An error that comes from another one has that one's code in its message.
    const from = message.includes(`[${code}`) ? "" : ` [${origin.join(", ")}]`;
    super(redact(`${message}${from}${details.hint ? ` ${details.hint}` : ""}`));
    this.code = code;
    this.status = details.status;
    this.requestIds = (details.requestIds ?? []).map(redact);
    this.hint = details.hint && redact(details.hint);
  }
}

/** The words of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether what was asked for does not exist. */
export function isNotFound(error: unknown): boolean {
  return error instanceof IamKeysError && error.code === "NOT_FOUND";
}

/** Whether a list was refused in a way that a retry does not help, although one key may still be readable. */
export function isListRefused(error: unknown): error is IamKeysError {
  return error instanceof IamKeysError && LIST_REFUSED.includes(error.code);
}

const LIST_REFUSED: readonly ErrorCode[] = [
  "PERMISSION_DENIED",
  "NOT_FOUND",
  "INVALID_ARGUMENT",
  "UNEXPECTED_REPLY",
];

/** Whether the failed request may have done what was asked for. */
export function mayHaveWorked(error: unknown): error is IamKeysError {
  return error instanceof IamKeysError && error.mayHaveWorked;
}

/**
 * Thrown by a create or an update that made a key and then failed at a later step. The engine keeps such a
 * resource in the state, marked as not finished, so that the key is never lost.
 */
export class PartialFailure extends Error {
  override readonly name = "PartialFailure";
  readonly id: string;
  readonly reasons: string[];
  readonly #properties: Record<string, unknown>;

  constructor(id: string, properties: Record<string, unknown>, reason: string) {
    super(redact(reason));
    this.id = id;
    this.reasons = [this.message];
    this.#properties = properties;
  }

  /** They hold secrets that the state must keep, and that a printed error must not show. */
  get properties(): Record<string, unknown> {
    return this.#properties;
  }

  [inspect.custom](): string {
    return this.stack || String(this);
  }
}

/** A key was made, but the reply lacks what is needed to use it. */
export class UnusableKey extends Error {
  override readonly name = "UnusableKey";
  readonly id: string;
  readonly why: IamKeysError;

  constructor(id: string, why: IamKeysError) {
    super(why.message);
    this.id = id;
    this.why = why;
  }
}

/** The error for a key with which the run itself authenticates: to delete it would lock the run out. */
export function ownCredential(id: string): IamKeysError {
  return new IamKeysError("OWN_CREDENTIAL", `Key ${id} is the one that this run authenticates with.`, {
    hint: "It was not deleted, because nothing more could be done without it. Run with other credentials.",
  });
}
