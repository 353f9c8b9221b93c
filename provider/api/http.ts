import { randomUUID } from "node:crypto";
import got, { HTTPError, RequestError, type Response } from "got";
import type { z } from "zod";
import { IamKeysError } from "../errors.ts";
import { VERSION } from "../version.ts";
import type { Agents } from "./agents.ts";
import { apiError, connectionError, isQuota } from "./apiError.ts";

export interface ApiRequest {
  /** The API method, for messages: "Key.create". */
  readonly operation: string;
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly url: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
  /** In the place of a body, sent as application/x-www-form-urlencoded. */
  readonly form?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly token?: string;
  /** A UUID under which the server does a mutation once, however often it is sent. Default: a new one. */
  readonly idempotencyKey?: string | undefined;
  readonly agents: Agents;
  /** The server is near and answers at once, or it is not there. */
  readonly isNear?: boolean;
  /** Who the request is about, for the hint of an error: 'service account "aje…"'. */
  readonly subject?: string;
  /** Where the credentials come from that the request is made with, for the hint of an error. */
  readonly credentials?: string;
  /** What to do about a refusal of which nothing better can be said. */
  readonly hint?: string;
}

const NEAR = {
  retry: { limit: 1 },
  timeout: { lookup: 1_000, connect: 1_000, send: 1_000, response: 3_000, request: 3_000 },
};

/**
 * Got, once for the whole process. Repeating a mutation is safe because each carries an Idempotency-Key
 * that stays the same over its retries; a 500 is not repeated, as it says nothing of what comes next.
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
    beforeRetry: [
      (error) => {
        if (mayHaveWorked(error)) error.options.context.mayHaveWorked = true;
      },
    ],
  },
  headers: { "user-agent": `pulumi-iam-keys/${VERSION} (node ${process.versions.node})` },
});

/** Whether this attempt, or one before it, may have done what was asked for. */
function mayHaveWorked({ response, timings, options }: RequestError): boolean {
  if (options.context.mayHaveWorked) return true;
  // What the server has of a request that did not leave as a whole, it does not carry out.
  return response ? response.statusCode >= 500 : timings?.upload !== undefined;
}

/** An answer and when it was given. */
export interface Answer {
  readonly json: unknown;
  /** Milliseconds since the epoch by the clock of the server, in whole seconds; undefined where it says none. */
  readonly at: number | undefined;
}

/** Sends one API request, repeating it where that helps, and returns the JSON of the answer. */
export async function sendRequest(request: ApiRequest): Promise<unknown> {
  return (await sendForAnswer(request)).json;
}

/** The same, with the time of the answer. */
export async function sendForAnswer(request: ApiRequest): Promise<Answer> {
  const { body, headers } = await send(request);
  try {
    const at = Date.parse(headers.date ?? "");
    return {
      json: parseJson(body),
      at: Number.isNaN(at) ? undefined : at,
    };
  } catch {
    throw unexpectedReply(`${request.operation} answered with text that is not JSON.`);
  }
}

/** In the JSON of protobuf, null is a field's default: the same as if it were absent. */
function parseJson(body: string): unknown {
  // To look at every field takes several times as long as to parse them, and few replies have a null.
  return JSON.parse(body, body.includes("null") ? (_field, value) => value ?? undefined : undefined);
}

async function send(request: ApiRequest): Promise<Response<string>> {
  try {
    const response = await client(request.url, {
      context: { mayHaveWorked: false },
      method: request.method,
      agent: request.agents,
      headers: {
        ...request.headers,
        ...(request.token === undefined ? {} : { authorization: `Bearer ${request.token}` }),
        ...(request.method === "GET" ? {} : { "idempotency-key": request.idempotencyKey ?? randomUUID() }),
        "x-client-request-id": randomUUID(),
      },
      ...(request.query ? { searchParams: request.query } : {}),
      ...(request.body ? { json: request.body } : {}),
      ...(request.form ? { form: request.form } : {}),
      ...(request.isNear ? NEAR : {}),
    });
    if (response.statusCode >= 300) throw apiError(request, response);
    return response;
  } catch (error) {
    // Got's errors hold the request with its Authorization header and body: they go no further than here.
    if (!(error instanceof RequestError)) throw error;
    const failure =
      error instanceof HTTPError ? apiError(request, error.response) : connectionError(request, error);
    failure.mayHaveWorked = mayHaveWorked(error);
    throw failure;
  }
}

/** The reply as the schema describes it, or an error that names each field which is not so. */
export function parseReply<Reply>(operation: string, schema: z.ZodType<Reply>, json: unknown): Reply {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const fields = result.error.issues.map((issue) => issue.path.join(".") || "(the whole reply)");
  throw unexpectedReply(
    `${operation} answered in a shape that its API page does not describe: ${[...new Set(fields)].join(", ")} missing or of the wrong type.`,
  );
}

function unexpectedReply(message: string): IamKeysError {
  const error = new IamKeysError("UNEXPECTED_REPLY", message, { status: 200 });
  error.mayHaveWorked = true;
  return error;
}
