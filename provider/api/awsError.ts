import { z } from "zod";
import { type ErrorCode, IamKeysError } from "../errors.ts";
import { networkErrorCode } from "./apiError.ts";

/** What the errors of the AWS SDK have in common; everything else in them (requests, replies) is dropped. */
const sdkErrorSchema = z.object({
  name: z.string().optional(),
  message: z.string().optional(),
  code: z.string().optional(),
  $metadata: z
    .object({
      httpStatusCode: z.number().optional(),
      requestId: z.string().optional(),
      attempts: z.number().optional(),
    })
    .optional(),
});

const CODES: Readonly<Record<string, ErrorCode>> = {
  NoSuchEntity: "NOT_FOUND",
  LimitExceeded: "LIMIT_EXCEEDED",
  AccessDenied: "PERMISSION_DENIED",
  UnauthorizedOperation: "PERMISSION_DENIED",
  InvalidClientTokenId: "UNAUTHENTICATED",
  SignatureDoesNotMatch: "UNAUTHENTICATED",
  ExpiredToken: "UNAUTHENTICATED",
  MissingAuthenticationToken: "UNAUTHENTICATED",
  IncompleteSignature: "UNAUTHENTICATED",
  ValidationError: "INVALID_ARGUMENT",
  EntityTemporarilyUnmodifiable: "CONFLICT",
  ConcurrentModification: "CONFLICT",
  ServiceFailure: "SERVER_ERROR",
  ServiceUnavailable: "UNAVAILABLE",
  CredentialsProviderError: "NO_CREDENTIALS",
  TimeoutError: "TIMEOUT",
};

/** Whether a server answered: with something of what it was sent, perhaps. */
export function isAnswer(error: unknown): boolean {
  return metadataOf(error)?.httpStatusCode !== undefined;
}

/** Whether the request was sent more than once: what the last answer says is then not true of all of them. */
export function wasRepeated(error: unknown): boolean {
  return (metadataOf(error)?.attempts ?? 1) > 1;
}

function metadataOf(error: unknown) {
  return sdkErrorSchema.safeParse(error).data?.$metadata;
}

/** Whether the request was refused, or never arrived: in both cases nothing was done. */
export function didNothing({ status, code }: IamKeysError): boolean {
  return (
    (status !== undefined && status >= 400 && status < 500) ||
    code === "NO_CREDENTIALS" ||
    code === "CONNECTION_REFUSED"
  );
}

/** What a request is about, for the hint of an error. */
export interface AwsSubject {
  /** The service, as policies name it. */
  readonly service: "iam" | "sts" | "secretsmanager";
  readonly name: string;
}

/** Our error for one of the AWS SDK's. */
export function awsError(operation: string, subject: AwsSubject, error: unknown): IamKeysError {
  const { name = "", message: said = "no message", code, $metadata } = sdkErrorSchema.catch({}).parse(error);
  // What the SDK adds for those who debug it: to look at a field of an object that nobody here has.
  const message = said.includes("$response") ? "the answer is not one of AWS" : said;
  const ours = codeOf(name.replace(/Exception$/, ""), code, $metadata?.httpStatusCode);
  const what =
    $metadata?.httpStatusCode !== undefined
      ? `${operation} was refused: ${message} (${name})`
      : `${operation} failed: ${code ?? name}: ${message}`;
  return new IamKeysError(ours, what, {
    status: $metadata?.httpStatusCode,
    requestIds: $metadata?.requestId ? [$metadata.requestId] : [],
    hint: hintFor(ours, operation, subject),
  });
}

function codeOf(name: string, networkCode: string | undefined, status: number | undefined): ErrorCode {
  // The SDK calls a connection that was cut a timeout, too.
  if (status === undefined && networkCode !== undefined) return networkErrorCode(networkCode);
  if (CODES[name]) return CODES[name];
  if (status === 429 || /Throttl|TooManyRequests|RequestLimitExceeded|SlowDown/.test(name))
    return "RATE_LIMITED";
  if (status === undefined) return networkErrorCode(networkCode);
  if (status === 401) return "UNAUTHENTICATED";
  if (status === 403) return "PERMISSION_DENIED";
  if (status === 404) return "NOT_FOUND";
  if (status === 409) return "CONFLICT";
  if (status >= 500) return status === 500 ? "SERVER_ERROR" : "UNAVAILABLE";
  return status >= 400 ? "INVALID_ARGUMENT" : "UNEXPECTED_REPLY";
}

function hintFor(code: ErrorCode, operation: string, { service, name }: AwsSubject): string | undefined {
  switch (code) {
    case "LIMIT_EXCEEDED":
      return service === "iam"
        ? `AWS allows two access keys a user, and ${name} has that many: delete one that nobody uses.`
        : undefined;
    case "PERMISSION_DENIED":
      return `The caller's policy must allow ${service}:${operation} on ${name}.`;
    case "NOT_FOUND":
      return `There is no ${service === "iam" ? "such key, or no " : ""}${name}.`;
    case "UNAUTHENTICATED":
      return "AWS does not accept the caller's own credentials.";
    case "NO_CREDENTIALS":
      return "Set aws:accessKey and aws:secretKey or aws:profile in the stack's config, or any source that the AWS SDK knows (AWS_ACCESS_KEY_ID, AWS_PROFILE, a role of the machine, …).";
    case "RATE_LIMITED":
    case "UNAVAILABLE":
    case "SERVER_ERROR":
      return "Run again later.";
    default:
      return undefined;
  }
}
