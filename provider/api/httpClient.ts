import { randomUUID } from "node:crypto";
import got, { HTTPError, RequestError } from "got";
import { VERSION } from "../version.ts";
import { apiError, connectionError, isQuota } from "./apiError.ts";
import type { ApiRequest } from "./apiRequest.ts";
import type { Pace } from "./pace.ts";
import type { ServerClock } from "./serverClock.ts";

const NEAR = {
  retry: { limit: 1 },
  timeout: { lookup: 1_000, connect: 1_000, send: 1_000, response: 3_000, request: 3_000 },
};

/**
 * Got, once for the whole process. Repeating a mutation is safe because each carries an Idempotency-Key that stays the
 * same over its retries; a 500 is not repeated, because it says nothing about what comes next.
 */
const client = got.extend({
  retry: {
    limit: 4,
    methods: ["GET", "POST", "PATCH", "DELETE"],
    statusCodes: [429, 502, 503, 504],
    errorCodes: [
      "ETIMEDOUT",
      "ECONNRESET",
      "ECONNREFUSED",
      "EPIPE",
      "ENOTFOUND",
      "ENETUNREACH",
      "EAI_AGAIN",
      "ERR_HTTP_CONTENT_LENGTH_MISMATCH",
    ],
    maxRetryAfter: 60_000,
    backoffLimit: 8_000,
    noise: 0,
    calculateDelay: ({ computedValue, error, retryAfter }) => {
      if (isQuota(error.response)) return 0;
      // Half of the delay is random, so that many callers do not come back all at once.
      return retryAfter === undefined ? computedValue * (0.5 + Math.random() / 2) : computedValue;
    },
  },
  timeout: {
    lookup: 5_000,
    connect: 5_000,
    secureConnect: 5_000,
    send: 10_000,
    response: 30_000,
    request: 60_000,
  },
  followRedirect: false,
  hooks: {
    afterResponse: [
      (response) => {
        const { clock } = response.request.options.context;
        (clock as ServerClock | undefined)?.heard(response.headers.date);
        return response;
      },
    ],
    beforeRetry: [
      async (error) => {
        if (mayHaveWorked(error)) error.options.context.mayHaveWorked = true;
        const pace = paceOf(error.options.context);
        if (error.response?.statusCode === 429) pace?.refused();
        await pace?.turn();
      },
    ],
  },
  headers: { "user-agent": `pulumi-iam-keys/${VERSION} (node ${process.versions.node})` },
});

function paceOf({ pace }: Record<string, unknown>): Pace | undefined {
  return pace as Pace | undefined;
}

/** Whether this attempt, or one before it, may have done what was asked for. */
function mayHaveWorked({ response, timings, options }: RequestError): boolean {
  if (options.context.mayHaveWorked) return true;
  // A server does not carry out a request that it received only in part.
  if (!response) return timings?.upload !== undefined;
  // A success arrives here as an error if its body was cut off.
  return response.statusCode >= 500 || response.statusCode < 300;
}

interface Sent {
  readonly body: string;
  /** An attempt before this one may have done what was asked for. */
  readonly mayBeTwice: boolean;
}

/** The body as it is sent. Given an object, got takes a deep copy of it before each attempt, which costs as much as the rest. */
function textOf({ body, form }: ApiRequest): { readonly type: string; readonly body: string } | undefined {
  if (body) return { type: "application/json", body: JSON.stringify(body) };
  return form && { type: "application/x-www-form-urlencoded", body: new URLSearchParams(form).toString() };
}

/** Sends one API request; its answer, or the error that describes what went wrong. */
export async function send(request: ApiRequest): Promise<Sent> {
  const begun = Date.now();
  const signed = () => request.signedAt && request.signedAt + Date.now() - begun;
  const { pace, clock, ...agents } = request.agents;
  const text = textOf(request);
  await pace?.turn();
  try {
    const response = await client(request.url, {
      context: { mayHaveWorked: false, pace, clock },
      method: request.method,
      agent: agents,
      headers: {
        ...(text === undefined ? {} : { "content-type": text.type }),
        ...request.headers,
        ...(request.token === undefined ? {} : { authorization: `Bearer ${request.token}` }),
        ...(request.method === "GET" ? {} : { "idempotency-key": randomUUID() }),
        "x-client-request-id": randomUUID(),
      },
      ...(request.query ? { searchParams: request.query } : {}),
      ...(text === undefined ? {} : { body: text.body }),
      ...(request.isNear ? NEAR : {}),
    });
    if (response.statusCode >= 300) throw apiError(request, response, signed());
    const { mayHaveWorked } = response.request.options.context;
    return { body: response.body, mayBeTwice: mayHaveWorked === true };
  } catch (error) {
    // Got's errors hold the request with its Authorization header and body, so they stay here.
    if (!(error instanceof RequestError)) throw error;
    const failure =
      error instanceof HTTPError
        ? apiError(request, error.response, signed())
        : connectionError(request, error);
    failure.mayHaveWorked = mayHaveWorked(error);
    throw failure;
  }
}
