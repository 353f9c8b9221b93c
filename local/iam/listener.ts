import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { handleUnderFault, type Outcome, type Waits } from "./applyFault.ts";
import type { ReceivedRequest, Reply, Service } from "./exchange.ts";
import type { FaultQueue } from "./faults.ts";
import { isForFederation } from "./federation/service.ts";
import type { Holds } from "./holds.ts";
import { isForMetadata } from "./metadata/service.ts";
import type { RateLimit } from "./rateLimit.ts";
import type { LoggedRequest } from "./requestLog.ts";
import { hasSigV4 } from "./sigV4.ts";

const YANDEX_TOO_FAST = { status: 429, message: "Too many requests" };
const AWS_TOO_FAST = { status: 400, code: "Throttling", message: "Rate exceeded" };

const maxBodyBytes = 1024 * 1024;

/** What listens, and for whom. */
export interface ListenerSettings {
  readonly port: number;
  readonly now: () => Date;
  readonly latencyMs: number;
  readonly services: Readonly<Record<"yandex" | "federation" | "metadata" | "aws" | "s3", Service>>;
  readonly faults: FaultQueue;
  readonly holds: Holds;
  readonly rateLimit: RateLimit;
  readonly log: LoggedRequest[];
  /** Answers what is under /_local/. */
  readonly control: (request: ReceivedRequest, gone: AbortSignal) => Promise<Reply>;
  /** Called before a request is carried out. */
  readonly settle: () => void;
}

/** A server that listens. */
export interface Listener {
  readonly url: string;
  /** Refuses connections from now on, and cuts off what still comes over those that exist. */
  refuseConnections(): void;
  /** Takes them again, at the same address. */
  acceptConnections(): Promise<void>;
  close(): Promise<void>;
}

/** Serves every service on one loopback address. */
export async function listen(settings: ListenerSettings): Promise<Listener> {
  const closing = new AbortController();
  const server = createServer((incoming, response) => {
    if (!server.listening) return void response.destroy();
    respond(settings, incoming, response, closing.signal).catch(() => response.destroy());
  });
  const listenOn = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", () => {
        server.off("error", reject);
        resolve();
      });
    });
  await listenOn(settings.port);
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    refuseConnections: () => void server.close(),
    async acceptConnections() {
      if (!server.listening) await listenOn(port);
    },
    async close() {
      closing.abort();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function respond(
  settings: ListenerSettings,
  incoming: IncomingMessage,
  response: ServerResponse,
  closing: AbortSignal,
): Promise<void> {
  const request = await receive(incoming);
  if (!request) return void response.destroy();
  const closed = new AbortController();
  response.once("close", () => closed.abort());
  const gone = AbortSignal.any([closed.signal, closing]);
  response.setHeader("date", settings.now().toUTCString());
  if (request.path.startsWith("/_local/")) return send(response, await settings.control(request, gone));

  const service = serviceFor(settings, request);
  const operation = service.operationOf(request);
  const entry = { ...logEntry(request, operation, settings.now()), status: 0 };
  settings.log.push(entry);
  const waits: Waits = {
    async sleep(ms) {
      if (ms > 0) await sleep(ms, undefined, { signal: closing });
    },
    hold: (pause) => settings.holds.hold(operation, pause, gone),
  };
  await waits.sleep(settings.latencyMs);
  settings.settle();
  const { yandex, aws } = settings.services;
  if ((service === yandex || service === aws) && settings.rateLimit.isTooFast(service)) {
    const reply = service.errorReply(request, service === aws ? AWS_TOO_FAST : YANDEX_TOO_FAST);
    entry.status = reply.status;
    return send(response, reply);
  }

  const outcome = await outcomeOf(service, request, settings.faults.take(operation), waits);
  if (outcome.sent === "nothing") return void response.destroy();
  entry.status = outcome.reply.status;
  if (outcome.sent === "half") return sendHalf(response, outcome.reply);
  send(response, outcome.reply);
}

async function receive(incoming: IncomingMessage): Promise<ReceivedRequest | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    size += chunk.length;
    if (size > maxBodyBytes) return undefined;
    chunks.push(chunk);
  }
  const { method = "", url = "", headers } = incoming;
  const [path = "", query = ""] = url.split(/\?(.*)/s);
  return { method, path, query: new URLSearchParams(query), headers, body: Buffer.concat(chunks) };
}

function serviceFor({ services }: ListenerSettings, request: ReceivedRequest): Service {
  if (hasSigV4(request)) {
    return request.headers.authorization?.includes("/s3/aws4_request") ? services.s3 : services.aws;
  }
  if (isForFederation(request)) return services.federation;
  if (isForMetadata(request)) return services.metadata;
  return request.method === "POST" && request.path === "/" ? services.aws : services.yandex;
}

async function outcomeOf(...parameters: Parameters<typeof handleUnderFault>): Promise<Outcome> {
  try {
    return await handleUnderFault(...parameters);
  } catch (error) {
    if (error instanceof Error && error.name === "AbortError") return { sent: "nothing" };
    const [service, request] = parameters;
    const message = `The local IAM server failed: ${error}`;
    return { sent: "whole", reply: service.errorReply(request, { status: 500, message }) };
  }
}

function logEntry({ method, path, headers }: ReceivedRequest, operation: string, at: Date) {
  const idempotencyKey = headers["idempotency-key"];
  const clientRequestId = headers["x-client-request-id"];
  const userAgent = headers["user-agent"];
  return {
    method,
    path,
    operation,
    at: at.toISOString(),
    ...(idempotencyKey !== undefined && { idempotencyKey: String(idempotencyKey) }),
    ...(clientRequestId !== undefined && { clientRequestId: String(clientRequestId) }),
    ...(userAgent !== undefined && { userAgent }),
  };
}

function send(response: ServerResponse, { status, headers, body }: Reply): void {
  response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) }).end(body);
}

function sendHalf(response: ServerResponse, { status, headers, body }: Reply): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...headers, "content-length": bytes.length });
  response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
}
