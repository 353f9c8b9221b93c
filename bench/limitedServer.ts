import { createServer, request as send } from "node:http";
import type { AddressInfo } from "node:net";

const WINDOW_MS = 1000;

/** A server in front of another one that answers 429 to what comes above a rate. */
export interface LimitedServer extends AsyncDisposable {
  readonly url: string;
  /** How many requests were answered 429. */
  readonly refused: number;
  /** The most that arrived within a second. */
  readonly most: number;
}

/** Passes so many requests a second on to the server at that address. */
export async function startLimitedServer(
  target: string,
  perSecond: number,
  clock: () => number = () => performance.now(),
): Promise<LimitedServer> {
  const arrivals: number[] = [];
  const passed: number[] = [];
  let refused = 0;
  let most = 0;
  const server = createServer((incoming, response) => {
    const now = clock();
    most = Math.max(most, within(arrivals, now).push(now));
    if (within(passed, now).length >= perSecond) {
      refused++;
      incoming.resume();
      response.writeHead(429, { "content-type": "application/json" });
      response.end(JSON.stringify({ code: 8, message: "too many requests", details: [] }));
      return;
    }
    passed.push(now);
    const { method, url = "", headers } = incoming;
    const onward = send(new URL(url, target), { method, headers }, (reply) => {
      response.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(response);
    });
    onward.once("error", () => response.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get refused() {
      return refused;
    },
    get most() {
      return most;
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Forgets the moments that lie outside of the window. */
function within(moments: number[], now: number): number[] {
  while (moments[0] !== undefined && moments[0] <= now - WINDOW_MS) moments.shift();
  return moments;
}
