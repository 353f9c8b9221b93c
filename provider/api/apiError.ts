import type { RequestError, Response } from "got";
import { z } from "zod";
import { type ErrorCode, IamKeysError } from "../errors.ts";
import type { ApiRequest } from "./apiRequest.ts";

/** google.rpc.Status in JSON, as every Yandex Cloud service answers an error; OAuth has a description of its own. */
const statusSchema = z.object({
  code: z.number().optional().catch(undefined),
  message: z.string().optional().catch(undefined),
  error_description: z.string().optional().catch(undefined),
  details: z
    .array(z.looseObject({ "@type": z.string().optional() }))
    .optional()
    .catch(undefined),
});

/** google.rpc.Code to ours. https://cloud.google.com/apis/design/errors lists the numbers. */
const RPC_CODES: Readonly<Record<number, ErrorCode>> = {
  3: "INVALID_ARGUMENT",
  4: "TIMEOUT",
  5: "NOT_FOUND",
  6: "CONFLICT",
  7: "PERMISSION_DENIED",
  8: "RATE_LIMITED",
  9: "CONFLICT",
  10: "CONFLICT",
  13: "SERVER_ERROR",
  14: "UNAVAILABLE",
  16: "UNAUTHENTICATED",
};

const HTTP_CODES: Readonly<Record<number, ErrorCode>> = {
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  409: "CONFLICT",
  429: "RATE_LIMITED",
  502: "UNAVAILABLE",
  503: "UNAVAILABLE",
  504: "TIMEOUT",
};

const REQUEST_ID_HEADERS = ["x-request-id", "x-server-request-id", "x-server-trace-id"];

/** What an error says of the request. */
type Subject = Pick<ApiRequest, "operation" | "isNear" | "subject" | "credentials" | "hint">;

/** The error that an answer of the server stands for, with its message and its request ids. */
export function apiError(request: Subject, response: Response): IamKeysError {
  const status = parseStatus(response);
  const code = isQuota(response) ? "LIMIT_EXCEEDED" : codeOf(response.statusCode, status.code);
  const ids = REQUEST_ID_HEADERS.flatMap((header) => response.headers[header] ?? []);
  const message = status.message ?? status.error_description ?? response.statusMessage ?? "no message";
  const said = [message, ...violations(status.details)].join("; ");
  return new IamKeysError(code, `${request.operation} was refused: ${said}`, {
    status: response.statusCode,
    requestIds: [...new Set(ids)],
    hint: hintFor(code, request) ?? request.hint,
  });
}

/** Errors of the network under which the request cannot have reached the server. */
const NEVER_SENT = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "ENETUNREACH", "EHOSTUNREACH"];

/** Which error a failed connection is, by the code of Node's or the HTTP client's error. */
export function networkErrorCode(code: string | undefined): ErrorCode {
  if (code === "ETIMEDOUT") return "TIMEOUT";
  return code !== undefined && NEVER_SENT.includes(code) ? "CONNECTION_REFUSED" : "CONNECTION_FAILED";
}

/** The error of a request that got no answer. */
export function connectionError({ operation, isNear, hint }: Subject, { code }: RequestError): IamKeysError {
  return code === "ETIMEDOUT"
    ? new IamKeysError("TIMEOUT", `${operation} got no answer in time.`, isNear ? { hint } : {})
    : new IamKeysError(
        networkErrorCode(code),
        `${operation} got no answer: the connection failed (${code}).`,
        {
          hint: isNear ? hint : "Check the endpoint, the network and the proxy settings, then run again.",
        },
      );
}

/** An Operation's own `error`, which has the shape of an error answer without the HTTP around it. */
export function operationError(
  operation: string,
  error: { code?: number | undefined; message?: string | undefined },
): IamKeysError {
  return new IamKeysError(
    error.code === 5 ? "NOT_FOUND" : "OPERATION_FAILED",
    `${operation} began and then failed: ${error.message ?? "no message"} (code ${error.code ?? "absent"})`,
    { hint: "Nothing was changed; run again." },
  );
}

/** Whether a 429 says that a quota is used up, which no waiting mends, and not that calls come too fast. */
export function isQuota(response: Response | undefined): boolean {
  if (response?.statusCode !== 429 || response.headers["retry-after"] !== undefined) return false;
  const { message = "", details = [] } = parseStatus(response);
  return (
    details.some((detail) => detail["@type"]?.endsWith("QuotaFailure")) ||
    /\bquota|\blimit\b.*\bexceeded/i.test(message)
  );
}

function parseStatus(response: Response): z.infer<typeof statusSchema> {
  try {
    return statusSchema.parse(JSON.parse(String(response.body)));
  } catch {
    return {};
  }
}

function codeOf(httpStatus: number, rpcCode: number | undefined): ErrorCode {
  const byRpc = rpcCode === undefined ? undefined : RPC_CODES[rpcCode];
  return byRpc ?? HTTP_CODES[httpStatus] ?? (httpStatus >= 500 ? "SERVER_ERROR" : "UNEXPECTED_REPLY");
}

const violationsSchema = z.object({
  fieldViolations: z.array(z.object({ field: z.string(), description: z.string() })),
});

function violations(details: readonly unknown[] = []): string[] {
  return details.flatMap((detail) => {
    const parsed = violationsSchema.safeParse(detail);
    return parsed.success
      ? parsed.data.fieldViolations.map((each) => `${each.field}: ${each.description}`)
      : [];
  });
}

/** The role that each group of methods asks for, by the API method's service. */
const ROLES: Readonly<Record<string, string>> = {
  Key: "iam.serviceAccounts.authorizedKeyAdmin",
  AccessKey: "iam.serviceAccounts.accessKeyAdmin",
  ApiKey: "iam.serviceAccounts.apiKeyAdmin",
  TemporaryAccessKey: "iam.serviceAccounts.ephemeralAccessKeyAdmin",
  IamToken: "iam.serviceAccounts.tokenCreator",
  Secret: "lockbox.editor",
};

function hintFor(code: ErrorCode, { operation, subject, credentials }: Subject): string | undefined {
  switch (code) {
    case "PERMISSION_DENIED": {
      const role = ROLES[operation.split(".")[0] ?? ""];
      return role && `The caller needs the role ${role}${subject ? ` on ${subject}` : ""}.`;
    }
    case "UNAUTHENTICATED":
      return credentials && `The caller's credentials are not valid (any more): check ${credentials}.`;
    case "NOT_FOUND":
      return subject && `There is no ${subject} that the caller may see.`;
    case "LIMIT_EXCEEDED":
      return `The quota of keys${subject ? ` of ${subject}` : ""} is used up: delete keys that nobody uses, or ask for a higher quota.`;
    case "RATE_LIMITED":
    case "UNAVAILABLE":
    case "SERVER_ERROR":
      return "Run again later.";
    default:
      return undefined;
  }
}
