import type { RequestError, Response } from "got";
import * as z from "zod";
import { type ErrorCode, IamKeysError } from "../errors.ts";
import type { ApiRequest } from "./apiRequest.ts";
import { clockFault } from "./clockFault.ts";
import { hostOf } from "./hostOf.ts";
import { METHOD_ROLES } from "./methodRoles.ts";
import {
  type NetworkFailure,
  networkErrorCode,
  networkHint,
  networkWords,
  wasNeverSent,
} from "./networkFailure.ts";

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
type Subject = Pick<ApiRequest, "operation" | "url" | "isNear" | "role" | "subject" | "credentials" | "hint">;

/**
 * The error that an answer of the server stands for, with its message and its request ids.
 *
 * @param signed the time of this machine when the answer came, if that clock signed the request
 */
export function apiError(request: Subject, response: Response, signed?: number): IamKeysError {
  const status = parseStatus(response);
  const code = isQuota(response) ? "LIMIT_EXCEEDED" : codeOf(response.statusCode, status.code);
  const ids = REQUEST_ID_HEADERS.flatMap((header) => response.headers[header] ?? []);
  const message = status.message ?? status.error_description ?? response.statusMessage ?? "no message";
  const said = [message, ...violations(status.details)].join("; ");
  const isAboutSignature = signed !== undefined && SIGNATURE_REFUSED.includes(code);
  const hints = [
    isAboutSignature ? clockFault(signed, response.headers.date) : undefined,
    isOfAnotherServer(response, status) ? otherServerHint(request) : (hintFor(code, request) ?? request.hint),
  ];
  return new IamKeysError(code, `${request.operation} was refused: ${said}`, {
    status: response.statusCode,
    requestIds: [...new Set(ids)],
    hint: hints.filter((hint) => hint !== undefined).join(" ") || undefined,
  });
}

const SIGNATURE_REFUSED: readonly ErrorCode[] = ["UNAUTHENTICATED", "INVALID_ARGUMENT"];

/** The statuses of a web server that does not know the address. */
const UNKNOWN_ADDRESS = [301, 302, 307, 308, 404, 405, 410];

/** Whether another server than the API answered: the API describes errors in JSON. */
function isOfAnotherServer({ statusCode }: Response, { code, message, error_description }: Status): boolean {
  const saysNothing = code === undefined && message === undefined && error_description === undefined;
  return saysNothing && UNKNOWN_ADDRESS.includes(statusCode);
}

function otherServerHint({ url, hint }: Subject): string {
  return hint ?? `${hostOf(url)} does not answer as this API does: check the endpoint.`;
}

/** The error of a request that got no answer. */
export function connectionError(
  { operation, url, isNear, hint }: Subject,
  error: RequestError,
): IamKeysError {
  const failure: NetworkFailure = { ...failureOf(error.cause), code: error.code };
  if (error.code === "ETIMEDOUT") {
    return new IamKeysError(
      "TIMEOUT",
      `${operation} got no answer from ${hostOf(url)} in time.`,
      isNear ? { hint } : {},
    );
  }
  const words = `${operation} got no answer from ${hostOf(url)}: ${networkWords(failure, hostOf(url))}.`;
  const refused = new IamKeysError(networkErrorCode(failure), words, {
    hint: isNear ? hint : networkHint(failure),
  });
  refused.neverSent = wasNeverSent(failure);
  return refused;
}

const failureSchema = z.object({
  hostname: z.string().optional().catch(undefined),
  address: z.string().optional().catch(undefined),
  port: z.number().optional().catch(undefined),
});

/** What Node's own error tells beside its code. */
function failureOf(cause: unknown): NetworkFailure {
  return failureSchema.safeParse(cause).data ?? {};
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

/** Whether a 429 means that a quota is used up, and not that calls come too fast. To wait would not help. */
export function isQuota(response: Response | undefined): boolean {
  if (response?.statusCode !== 429 || response.headers["retry-after"] !== undefined) return false;
  const { message = "", details = [] } = parseStatus(response);
  return (
    details.some((detail) => detail["@type"]?.endsWith("QuotaFailure")) ||
    /\bquota|\blimit\b.*\bexceeded/i.test(message)
  );
}

type Status = z.infer<typeof statusSchema>;

function parseStatus(response: Response): Status {
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

function hintFor(
  code: ErrorCode,
  { operation, role: named, subject, credentials }: Subject,
): string | undefined {
  switch (code) {
    case "PERMISSION_DENIED": {
      const roles: Readonly<Record<string, string>> = METHOD_ROLES;
      const role = named ?? roles[operation.split(".")[0] ?? ""];
      return (
        role && `The caller needs the role ${role}${subject ? ` on ${subject}` : ""}.${nameHint(subject)}`
      );
    }
    case "UNAUTHENTICATED":
      return (
        credentials &&
        `The caller's credentials are not valid (any more): check ${credentials}.${oldConfigHint(credentials)}`
      );
    case "NOT_FOUND":
      return subject && `There is no ${subject} that the caller may see.${nameHint(subject)}`;
    case "INVALID_ARGUMENT":
      return nameHint(subject).trim() || undefined;
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

/** Ids of Yandex Cloud have one length; what has another may be the name that its console shows in big letters. */
function nameHint(subject: string | undefined): string {
  const [, account = ""] = /^service account (\S+)$/.exec(subject ?? "") ?? [];
  const isId = /^(aje|[a-z0-9]{20}$)/.test(account);
  return isId || !/^[a-z][-a-z0-9]{2,62}$/.test(account)
    ? ""
    : ` "${account}" looks like a name, but the id is needed: \`yc iam service-account get ${account}\` shows it.`;
}

/** Pulumi handles the config of a token in a way that few expect. */
function oldConfigHint(credentials: string): string {
  return credentials.startsWith("stack config ")
    ? " A refresh and a destroy use the config of the last `up`: run them with --run-program, or keep short-lived credentials only in the environment."
    : "";
}
