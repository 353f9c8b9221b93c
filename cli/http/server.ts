import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttpsServer, type Server as HttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Place } from "./place.ts";

const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;

/** A server that listens. */
export interface OpenServer {
  readonly port: number;
  /** Reads the certificate again, for the connections from now on. */
  reloadTls(): void;
  /** Takes no more requests, and resolves when those that it has are answered. */
  close(): Promise<void>;
}

/**
 * Listens at the place until it is closed.
 *
 * @param handle answers a request; if it fails, the others are still answered
 * @param log takes a line a failure; never a secret
 * @param onClose is called before the server stops: from then on `handle` should refuse
 */
export async function openServer(
  { host, port, readTls }: Place,
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
  log: (line: string) => void,
  onClose: () => void,
): Promise<OpenServer> {
  const timeouts = { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS };
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    handle(request, response).catch((error: unknown) => {
      log(
        `a request could not be answered: ${error instanceof Error ? (error.stack ?? error.message) : error}`,
      );
      response.destroy();
    });
  };
  const tls = readTls?.();
  const server = tls
    ? createHttpsServer({ ...timeouts, ...tls }, listener)
    : createHttpServer(timeouts, listener);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    reloadTls() {
      const renewed = readTls?.();
      if (renewed) (server as HttpsServer).setSecureContext(renewed);
    },
    async close() {
      onClose();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
