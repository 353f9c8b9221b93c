import type { IncomingHttpHeaders } from "node:http";
import type { OperationFault } from "./faults.ts";

/** A request which has arrived in full. */
export interface ReceivedRequest {
  readonly method: string;
  /** The path as it was sent, still percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** An answer which is ready to be sent. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An answer whose body is this value as JSON. */
export function jsonReply(status: number, value: unknown, headers: Record<string, string> = {}): Reply {
  return { status, headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(value) };
}

/** An answer whose body is this XML. */
export function xmlReply(status: number, body: string, headers: Record<string, string> = {}): Reply {
  return { status, headers: { "content-type": "text/xml", ...headers }, body };
}

/** One of the services that share the address. */
export interface Service {
  /** What the request asks for, as the request log names it; "unknown" where nothing fits. */
  operationOf(request: ReceivedRequest): string;
  handle(request: ReceivedRequest, operationFault?: OperationFault): Promise<Reply>;
  /** An error in the words of this service. Without a code: the usual one for the status. */
  errorReply(
    request: ReceivedRequest,
    error: { readonly status: number; readonly code?: number | string; readonly message: string },
  ): Reply;
}
