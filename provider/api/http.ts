import type * as z from "zod";
import { IamKeysError } from "../errors.ts";
import { parseSafely } from "../parseSafely.ts";
import type { ApiRequest } from "./apiRequest.ts";
import { hostOf } from "./hostOf.ts";

/** The outcome of a request. */
export interface Answer {
  readonly json: unknown;
  /** The server may have done it before, when it was sent for the first time. */
  readonly mayBeTwice: boolean;
}

/** Sends one API request, retries it if that helps, and returns the JSON of the reply. */
export async function sendRequest(request: ApiRequest): Promise<unknown> {
  return (await sendForAnswer(request)).json;
}

/** The same, with whether the server may have done it twice. */
export async function sendForAnswer(request: ApiRequest): Promise<Answer> {
  // Loaded with the first request: a preview, or a run with nothing to do, sends none.
  const { send } = await import("./httpClient.ts");
  const { body, mayBeTwice } = await send(request);
  try {
    return { json: parseJson(body), mayBeTwice };
  } catch {
    throw unexpectedReply(
      `${request.operation}: ${hostOf(request.url)} answered with text that is not JSON.`,
      "Check the endpoint: it may be that of another server.",
    );
  }
}

/** In the JSON of protobuf, null is a field's default: the same as if it were absent. */
function parseJson(body: string): unknown {
  // To look at every field takes several times as long as to parse them, and few replies have a null.
  return JSON.parse(body, body.includes("null") ? (_field, value) => value ?? undefined : undefined);
}

/** So many fields are named in an error. */
const MOST_NAMED = 10;

/** The reply as the schema describes it, or an error that names each field which is not so. */
export function parseReply<Reply>(operation: string, schema: z.ZodType<Reply>, json: unknown): Reply {
  const result = parseSafely(schema, json);
  if (!result.issues) return result.data;
  const fields = result.issues.map((issue) => issue.path.join(".") || "(the whole reply)");
  const named = [...new Set(fields)];
  // A list may be wrong in each of a million keys.
  const more = named.splice(MOST_NAMED).length;
  throw unexpectedReply(
    `${operation} answered in a shape that its API page does not describe: ${named.join(", ")}${more > 0 ? ` and ${more} more` : ""} missing or of the wrong type.`,
  );
}

function unexpectedReply(message: string, hint?: string): IamKeysError {
  const error = new IamKeysError("UNEXPECTED_REPLY", message, { status: 200, hint });
  error.mayHaveWorked = true;
  return error;
}
