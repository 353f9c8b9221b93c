import { readFile } from "node:fs/promises";
import { createServer as createHttpServer, request as httpRequest } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, connect } from "node:net";
import { makeCertificate } from "./certificate.ts";

export interface TlsFront extends AsyncDisposable {
  /** Its address by the name "localhost". */
  readonly url: string;
  readonly port: number;
  readonly certificateFile: string;
}

/** A server with a self-signed certificate, for the host of `certificate.ts` and localhost, before another one over http. */
export async function startTlsFront(target: string): Promise<TlsFront> {
  const certificate = await makeCertificate();
  const { keyFile, certificateFile } = certificate;
  const tls = { key: await readFile(keyFile), cert: await readFile(certificateFile) };
  const server = createHttpsServer(tls, (incoming, response) => {
    const { method, url, headers } = incoming;
    const onward = httpRequest(`${target}${url}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    incoming.pipe(onward);
  });
  const port = await listening(server);
  return {
    url: `https://localhost:${port}`,
    port,
    certificateFile,
    async [Symbol.asyncDispose]() {
      await closed(server);
      await certificate[Symbol.asyncDispose]();
    },
  };
}

export interface ConnectProxy extends AsyncDisposable {
  readonly url: string;
  /** The targets that were asked for, as "host:port". */
  readonly targets: readonly string[];
}

/** A proxy that leads every CONNECT to one local port, wherever it wanted to go. */
export async function startProxy(port: number): Promise<ConnectProxy> {
  const targets: string[] = [];
  const sockets = new Set<{ destroy(): void }>();
  const server = createHttpServer((_, response) => void response.writeHead(405).end());
  server.on("connect", (request, client, head) => {
    targets.push(request.url ?? "");
    const upstream = connect(port, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      upstream.write(head);
      client.pipe(upstream).pipe(client);
    });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => {
        client.destroy();
        upstream.destroy();
      });
    }
  });
  const own = await listening(server);
  return {
    url: `http://127.0.0.1:${own}`,
    targets,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await closed(server);
    },
  };
}

type Listening = ReturnType<typeof createHttpServer>;

async function listening(server: Pick<Listening, "listen" | "address">): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

async function closed(server: Pick<Listening, "close" | "closeAllConnections">): Promise<void> {
  const done = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await done;
}
