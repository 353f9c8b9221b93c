import * as z from "zod";
import { type ErrorCode, IamKeysError } from "../errors.ts";
import { clockFault } from "./clockFault.ts";
import { networkErrorCode, networkHint, networkWords, wasNeverSent } from "./networkFailure.ts";

/** What the errors of the AWS SDK have in common; everything else in them (requests, replies) is dropped. */
const sdkErrorSchema = z.object({
  name: z.string().optional(),
  message: z.string().optional(),
  code: z.string().optional(),
  hostname: z.string().optional(),
  address: z.string().optional(),
  port: z.number().optional(),
  $metadata: z
    .object({
      httpStatusCode: z.number().optional(),
      requestId: z.string().optional(),
      attempts: z.number().optional(),
    })
    .optional(),
  $response: z
    .object({ headers: z.object({ date: z.string().optional() }) })
    .optional()
    .catch(undefined),
});

type SdkError = z.infer<typeof sdkErrorSchema>;

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
  InvalidSignature: "UNAUTHENTICATED",
  RequestExpired: "UNAUTHENTICATED",
  RequestTimeTooSkewed: "UNAUTHENTICATED",
  UnrecognizedClient: "UNAUTHENTICATED",
  ValidationError: "INVALID_ARGUMENT",
  EntityTemporarilyUnmodifiable: "CONFLICT",
  ConcurrentModification: "CONFLICT",
  ServiceFailure: "SERVER_ERROR",
  ServiceUnavailable: "UNAVAILABLE",
  CredentialsProviderError: "NO_CREDENTIALS",
  TimeoutError: "TIMEOUT",
};

/** What to do if there are no credentials. */
export const WHERE_CREDENTIALS_GO =
  "Set aws:accessKey and aws:secretKey or aws:profile in the stack's config, or any source that the AWS SDK knows (AWS_ACCESS_KEY_ID, AWS_PROFILE, a role of the machine, …).";

/** Whether a server answered. Its reply may repeat what was sent. */
export function isAnswer(error: unknown): boolean {
  return metadataOf(error)?.httpStatusCode !== undefined;
}

/** Whether the request was sent more than once: then the last reply does not speak for all of them. */
export function wasRepeated(error: unknown): boolean {
  return (metadataOf(error)?.attempts ?? 1) > 1;
}

function metadataOf(error: unknown) {
  return sdkErrorSchema.safeParse(error).data?.$metadata;
}

/** Whether the request was refused, or never arrived: in both cases nothing was done. */
export function didNothing({ status, code, neverSent }: IamKeysError): boolean {
  return (status !== undefined && status >= 400 && status < 500) || code === "NO_CREDENTIALS" || neverSent;
}

/** What a request is about, for the hint of an error. */
export interface AwsSubject {
  /** The service, as policies name it. */
  readonly service: "iam" | "sts" | "secretsmanager";
  readonly name: string;
}

/** Our error for one of the AWS SDK's. */
export function awsError(operation: string, subject: AwsSubject, error: unknown): IamKeysError {
  // An error while the SDK gets the caller's credentials passes through the SDK.
  if (error instanceof IamKeysError) return error;
  const parsed = sdkErrorSchema.catch({}).parse(error);
  const { name = "", message: said = "no message", $metadata, $response } = parsed;
  const status = $metadata?.httpStatusCode;
  // The SDK's advice to its own users: to look at a field of an object that is not visible here.
  const message = said.includes("$response") ? "the answer is not one of AWS" : said;
  // The SDK calls a connection that was cut a timeout, too.
  const isNetwork = status === undefined && parsed.code !== undefined;
  const ours = isNetwork ? networkErrorCode(parsed) : codeOf(name.replace(/Exception$/, ""), status);
  const clock = /Signature|Expired|Skewed/.test(name)
    ? clockFault(Date.now(), $response?.headers.date)
    : undefined;
  const failure = new IamKeysError(ours, wordsOf(operation, { ...parsed, name, message }), {
    status,
    requestIds: $metadata?.requestId ? [$metadata.requestId] : [],
    hint: clock ?? (isNetwork ? networkHint(parsed) : hintFor(ours, operation, subject)),
  });
  failure.neverSent = isNetwork && wasNeverSent(parsed);
  return failure;
}

function wordsOf(operation: string, { name, message, code, $metadata, ...network }: SdkError): string {
  if ($metadata?.httpStatusCode !== undefined) return `${operation} was refused: ${message} (${name})`;
  return code === undefined
    ? `${operation} failed: ${name}: ${message}`
    : `${operation} got no answer: ${networkWords({ code, ...network })}.`;
}

/** Whether the SDK's error says that requests come too fast. */
export function isThrottled(error: unknown): boolean {
  const { name, $metadata } = error as SdkError;
  return codeOf(name ?? "", $metadata?.httpStatusCode) === "RATE_LIMITED";
}

function codeOf(name: string, status: number | undefined): ErrorCode {
  if (CODES[name]) return CODES[name];
  if (status === 429 || /Throttl|TooManyRequests|RequestLimitExceeded|SlowDown/.test(name))
    return "RATE_LIMITED";
  if (status === undefined) return "CONNECTION_FAILED";
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
      return operation === "CreateAccessKey"
        ? `AWS allows two access keys per user, and ${name} has two. If one of them belongs to no stack and nobody has it, delete it.`
        : undefined;
    case "PERMISSION_DENIED":
      return `The caller's policy must allow ${service}:${operation} on ${name}.`;
    case "NOT_FOUND":
      return `There is no ${service === "iam" ? "such key, or no " : ""}${name}.`;
    case "UNAUTHENTICATED":
      return "AWS does not accept the caller's own credentials. If they are in the stack's config: a refresh and a destroy use the config of the last `up`, unless you run them with --run-program.";
    case "NO_CREDENTIALS":
      return WHERE_CREDENTIALS_GO;
    case "RATE_LIMITED":
    case "UNAVAILABLE":
    case "SERVER_ERROR":
      return "Run again later.";
    default:
      return undefined;
  }
}
