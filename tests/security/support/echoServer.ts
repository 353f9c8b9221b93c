import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** What a server answers, and how it says what it was asked. */
export interface Echo {
  readonly status: number;
  readonly headers?: (asked: string) => Record<string, string>;
  readonly body: (asked: string) => string;
}

export interface EchoServer extends AsyncDisposable {
  readonly url: string;
  /** How it answers from now on. */
  echo: Echo;
  /** Answers a request with something else, where this gives it. */
  instead: (asked: string) => string | undefined;
}

/** A server that tells whoever asks all that it was asked: the line, the headers and the body. */
export async function startEchoServer(): Promise<EchoServer> {
  const server = createServer(async (incoming, response) => {
    const { method, url, rawHeaders } = incoming;
    const asked = `${method} ${url} ${rawHeaders.join(" ")} ${await text(incoming)}`;
    const other = echoServer.instead(asked);
    if (other !== undefined) return void response.end(other);
    const { status, headers, body } = echoServer.echo;
    response.writeHead(status, headers?.(asked) ?? {}).end(body(asked));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const echoServer: EchoServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    echo: { status: 400, body: (asked) => asked },
    instead: () => undefined,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
  return echoServer;
}
