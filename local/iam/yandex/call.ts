import * as z from "zod";
import type { OperationFault } from "../faults.ts";
import type { State, Subject } from "../state.ts";
import type { Operations } from "./operations.ts";
import { requireRole } from "./requireRole.ts";
import { invalidArgument, notFound } from "./yandexError.ts";

/** One call of one method, taken apart. */
export interface YandexCall {
  /** As the request log names it. */
  readonly method: string;
  readonly state: State;
  readonly operations: Operations;
  /** The variables of the path. */
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly operationFault: OperationFault | undefined;
  /** The OAuth token that may be exchanged, if the server was started with one. */
  readonly oauthToken: string | undefined;
  readonly administrator: Subject;
}

/** A call by a known subject. */
export interface AuthenticatedCall extends YandexCall {
  readonly subject: Subject;
  /** When the token ends by which the subject is known. Absent: never. */
  readonly tokenExpiresAt: Date | undefined;
}

/** A string field of at most so many characters; absent is the empty string, as in proto3. */
export const characters = (max: number) =>
  z
    .string()
    .default("")
    .refine((text) => [...text].length <= max, `The maximum string length in characters is ${max}.`);

/** Reads the JSON body as this message; a field that the message does not know is an error. */
export function readBody<T extends z.ZodType>({ body }: YandexCall, message: T): z.infer<T> {
  return parsed(message.safeParse(withoutNulls(body)));
}

/** Reads the query parameters as this message. */
export function readQuery<T extends z.ZodType>({ query }: YandexCall, message: T): z.infer<T> {
  return parsed(message.safeParse(Object.fromEntries(query)));
}

/** The account a request is about: the one it names or, where it names none, the caller. The call has to be allowed on it. */
export function accountOrCaller(call: AuthenticatedCall, serviceAccountId: string): Subject {
  const { state, subject } = call;
  if (serviceAccountId !== "" && !state.serviceAccounts.has(serviceAccountId)) {
    throw serviceAccountNotFound(serviceAccountId);
  }
  const account: Subject =
    serviceAccountId === "" ? subject : { kind: "serviceAccount", id: serviceAccountId };
  requireRole(call, account.id);
  return account;
}

/** The same where only a service account will do. */
export function serviceAccountOrCaller(call: AuthenticatedCall, serviceAccountId: string): Subject {
  const owner = accountOrCaller(call, serviceAccountId);
  if (owner.kind === "serviceAccount") return owner;
  throw invalidArgument("The caller is not a service account", [
    { field: "serviceAccountId", description: "Required where the caller is not a service account." },
  ]);
}

export const serviceAccountNotFound = (id: string) => notFound(`Service account ${id} not found`);

// In proto3 JSON a null is the same as an absent field.
function withoutNulls(body: unknown): unknown {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return body;
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
}

function parsed<T>(result: z.ZodSafeParseResult<T>): T {
  if (result.success) return result.data;
  const { issues } = result.error;
  const unknown = issues.flatMap((issue) => (issue.code === "unrecognized_keys" ? issue.keys : []));
  if (unknown.length > 0) throw invalidArgument(`Unknown field: ${unknown.join(", ")}`);
  const violations = issues.map(({ path, message }) => ({ field: path.join("."), description: message }));
  throw invalidArgument(
    `Request is invalid: ${violations.map(({ field, description }) => `${field}: ${description}`).join("; ")}`,
    violations,
  );
}
