import type { Agents } from "./agents.ts";

/** One request to an API. */
export interface ApiRequest {
  /** The API method, for messages: "Key.create". */
  readonly operation: string;
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly url: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
  /** Sent instead of a body, as application/x-www-form-urlencoded. */
  readonly form?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly token?: string;
  readonly agents: Agents;
  /** The server is near and answers at once, or it is not there. */
  readonly isNear?: boolean;
  /** When this machine's clock says that the content was signed, in milliseconds since the epoch. */
  readonly signedAt?: number;
  /** The role that it asks for, for the hint of an error. */
  readonly role?: string | undefined;
  /** Who the request is about, for the hint of an error: 'service account "aje…"'. */
  readonly subject?: string;
  /** The source of the credentials of the request, for the hint of an error. */
  readonly credentials?: string;
  /** What to do about a refusal, if nothing better is known. */
  readonly hint?: string;
}
