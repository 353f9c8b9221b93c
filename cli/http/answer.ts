import type { IncomingMessage, ServerResponse } from "node:http";
import type { Refusal } from "./refusal.ts";

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function jsonAnswer(status: number, body: object, headers: Answer["headers"] = {}): Answer {
  return { status, text: JSON.stringify(body), headers };
}

export function refused({ status, message, retryAfterS }: Refusal): Answer {
  return jsonAnswer(
    status,
    { error: message },
    {
      ...(status === 405 ? { allow: "POST" } : {}),
      ...(retryAfterS === undefined ? {} : { "retry-after": String(retryAfterS) }),
    },
  );
}

/** @param isLast whether the connection is to end */
export function send(
  { status, text, headers }: Answer,
  request: IncomingMessage,
  response: ServerResponse,
  isLast: boolean,
): void {
  response
    .writeHead(status, {
      "content-type": "application/json",
      "cache-control": "no-store",
      ...headers,
      // The next request must not wait for the rest of a body that was not read.
      ...(isLast || !request.complete ? { connection: "close" } : {}),
    })
    .end(text);
}

/** A line of a log, whatever was sent. */
export function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, " ");
}
