import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttpsServer, type Server as HttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { type ErrorCode, IamKeysError, PartialFailure } from "../../provider/errors.ts";
import type { Ports } from "../../provider/ports.ts";
import { redact } from "../../provider/redact.ts";
import { CallerTokens } from "./callerTokens.ts";
import { requireAccount, rulesFor } from "./environments.ts";
import { HEALTH_PATH, type RotatorOptions } from "./options.ts";
import { Refusal } from "./refusal.ts";
import { parseRotationRequest } from "./rotationRequest.ts";
import { Rotator } from "./rotator.ts";

/** Two authorized keys of 4096 bits with all that goes with them are a tenth of it. */
const LONGEST_BODY = 256 * 1024;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;

/** A running rotator. */
export interface RotatorServer {
  readonly port: number;
  /** Reads the certificate anew, for the connections from now on. */
  reloadTls(): void;
  /** Takes no more requests, and resolves when those that it has are answered. */
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Serves what `fn::rotate::external` of Pulumi ESC calls.
 * https://www.pulumi.com/docs/esc/providers/rotators/external/
 *
 * @param log takes a line a request; never a secret
 */
export async function startServer(
  options: RotatorOptions,
  ports: Ports,
  log: (line: string) => void,
): Promise<RotatorServer> {
  const tokens = new CallerTokens(options, ports);
  const rotator = new Rotator(ports);
  const { pathname } = new URL(options.url);
  let closing = false;

  async function answer(request: IncomingMessage): Promise<Answer> {
    const path = request.url?.split("?", 1)[0];
    if (path === HEALTH_PATH && (request.method === "GET" || request.method === "HEAD"))
      return { status: closing ? 503 : 200, body: { status: closing ? "closing" : "ok" } };
    if (path !== pathname) throw new Refusal(404, `There is nothing here. Rotations are at ${pathname}.`);
    if (request.method !== "POST") throw new Refusal(405, "A rotation is asked for with POST.");
    if (!/^application\/json\s*(;|$)/i.test(request.headers["content-type"] ?? ""))
      throw new Refusal(415, "The request must have the header Content-Type: application/json.");
    if (closing)
      throw new Refusal(503, "This rotator is being stopped, so nothing was done. Rotate once more.");
    return { status: 200, body: await rotate(request) };
  }

  async function rotate(request: IncomingMessage): Promise<unknown> {
    const caller = await tokens.verify(request.headers.authorization);
    const { environment, bodyHash } = caller;
    const rules = rulesFor(environment, options.allowed);
    const body = await readBody(request);
    tokens.redeem(caller, body);
    const asked = await parseRotationRequest(body);
    const { kind, name } = asked;
    requireAccount(rules, kind.account, asked.args[kind.account], environment);
    const answered = await rotator.rotate(environment, asked, bodyHash);
    log(`${environment}/${name}: ${kind.type} was rotated, and key ${answered.id} is the current one`);
    return answered;
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let { status, body, headers = {} }: Answer = { status: 500, body: undefined };
    try {
      ({ status, body, headers = {} } = await answer(request));
    } catch (error) {
      const failure = refusalOf(error);
      ({ status, body } = { status: failure.status, body: { error: failure.message } });
      if (status === 405) headers = { allow: "POST" };
      log(`refused with ${status}: ${failure.message.replaceAll(/\p{Cc}+/gu, " ")}`);
      if (status === 500 && error instanceof Error) log(error.stack ?? error.message);
    }
    // What is left of a body that was not read is not for the next request to wait for.
    if (closing || !request.complete) headers = { ...headers, connection: "close" };
    response
      .writeHead(status, { "content-type": "application/json", "cache-control": "no-store", ...headers })
      .end(JSON.stringify(body));
  }

  const timeouts = { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS };
  const listener = (request: IncomingMessage, response: ServerResponse) => void handle(request, response);
  const tls = options.readTls?.();
  const server = tls
    ? createHttpsServer({ ...timeouts, ...tls }, listener)
    : createHttpServer(timeouts, listener);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host, resolve);
  });

  return {
    port: (server.address() as AddressInfo).port,
    reloadTls() {
      const renewed = options.readTls?.();
      if (renewed) (server as HttpsServer).setSecureContext(renewed);
    },
    async close() {
      closing = true;
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const tooLong = () => new Refusal(413, `The body must be at most ${LONGEST_BODY} bytes long.`);
  if (Number(request.headers["content-length"] ?? 0) > LONGEST_BODY) throw tooLong();
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > LONGEST_BODY) throw tooLong();
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal(400, "The body did not arrive as a whole.");
  }
  return Buffer.concat(chunks);
}

const STATUSES: Partial<Record<ErrorCode, number>> = {
  INVALID_CONFIG: 500,
  NO_CREDENTIALS: 500,
  INVALID_ARGUMENT: 400,
  LIMIT_EXCEEDED: 409,
  CONFLICT: 409,
  OWN_CREDENTIAL: 409,
};

/** What a caller may know of a failure: the errors of the provider hold no secret, any other might. */
function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return new Refusal(error.status, redact(error.message));
  if (error instanceof IamKeysError) return new Refusal(STATUSES[error.code] ?? 502, error.message);
  if (error instanceof PartialFailure) return new Refusal(502, error.message);
  return new Refusal(500, "The rotator failed in an unexpected way. Its log says more.");
}
