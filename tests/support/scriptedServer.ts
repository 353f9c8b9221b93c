import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface ScriptedReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON unless it is a string. */
  readonly body?: unknown;
}

/** Cuts the connection: without an answer, or in the middle of one with a length or in chunks. */
export type Cut = "drop" | "half" | "halfChunked";
export type Step = ScriptedReply | Cut;

export interface ScriptedServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly ReceivedRequest[];
}

/** A server that answers one step after the other, and goes on with the last one. */
export async function startScriptedServer(...steps: readonly [Step, ...Step[]]): Promise<ScriptedServer> {
  const requests: ReceivedRequest[] = [];
  const server = createServer(async (incoming, response) => {
    const step = steps[Math.min(requests.length, steps.length - 1)] ?? "drop";
    const { method = "", url = "", headers } = incoming;
    const request = { method, url, headers, at: Date.now() };
    const index = requests.push({ ...request, body: "" }) - 1;
    requests[index] = { ...request, body: await text(incoming) };
    if (step === "drop") return void response.destroy();
    if (step === "half" || step === "halfChunked") {
      response.writeHead(200, step === "half" ? { "content-length": "100" } : {});
      return void response.write("{", () => response.destroy());
    }
    const { status = 200, headers: sent = {}, body = {} } = step;
    response.writeHead(status, sent).end(typeof body === "string" ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
