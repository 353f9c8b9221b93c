import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttpsServer, type Server as HttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { type ErrorCode, IamKeysError, PartialFailure } from "../../provider/errors.ts";
import type { Ports } from "../../provider/ports.ts";
import { redact } from "../../provider/redact.ts";
import { CallerTokens } from "./callerTokens.ts";
import { requireAccount, rulesFor } from "./environments.ts";
import { Metrics } from "./metrics.ts";
import { LIVE_PATH, METRICS_PATH, READY_PATH, type RotatorOptions } from "./options.ts";
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

/** How many rotations may be under way at once, in all and for one environment. */
const MOST_AT_ONCE = 64;
const MOST_OF_ONE_ENVIRONMENT = 16;

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request as the log tells of it. */
interface Told {
  /** A probe asks every few seconds. */
  isProbe?: boolean;
  /** Who calls, and for which of its rotations, as far as that was found out. */
  caller?: string;
  /** What was done. */
  done?: string;
  /** What is lost with the answer, where it does not arrive. */
  keyId?: string;
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
  const metrics = new Metrics(ports.now());
  const underWay = new Map<string, number>();
  const { pathname } = new URL(options.url);
  let closing = false;

  function probed(path: string | undefined): Answer | undefined {
    const isReady = !closing;
    if (path === LIVE_PATH) return { status: 200, text: json({ status: "alive" }) };
    if (path === READY_PATH) {
      const status = isReady ? "ready" : "closing";
      return { status: isReady ? 200 : 503, text: json({ status }) };
    }
    if (path !== METRICS_PATH) return undefined;
    const headers = { "content-type": "text/plain; version=0.0.4; charset=utf-8" };
    return { status: 200, text: metrics.text(isReady), headers };
  }

  async function answer(request: IncomingMessage, told: Told): Promise<Answer> {
    const path = request.url?.split("?", 1)[0];
    const probe = ["GET", "HEAD"].includes(request.method ?? "") ? probed(path) : undefined;
    told.isProbe = probe !== undefined;
    if (probe) return probe;
    if (path !== pathname) throw new Refusal(404, `There is nothing here. Rotations are at ${pathname}.`);
    if (request.method !== "POST") throw new Refusal(405, "A rotation is asked for with POST.");
    if (!/^application\/json\s*(;|$)/i.test(request.headers["content-type"] ?? ""))
      throw new Refusal(415, "The request must have the header Content-Type: application/json.");
    if (closing)
      throw new Refusal(503, "This rotator is being stopped, so nothing was done. Rotate once more.", 5);
    return { status: 200, text: json(await rotate(request, told)) };
  }

  async function rotate(request: IncomingMessage, told: Told): Promise<unknown> {
    const caller = await tokens.verify(request.headers.authorization);
    const { environment, bodyHash } = caller;
    told.caller = environment;
    const rules = rulesFor(environment, options.allowed);
    return oneOfMany(environment, async () => {
      const body = await readBody(request);
      tokens.redeem(caller, body);
      const asked = await parseRotationRequest(body);
      const { kind, name, args } = asked;
      told.caller = `${environment}/${name}`;
      requireAccount(rules, kind.account, args[kind.account], environment);
      return metrics.timed(kind.type, async () => {
        const { answer: result, isRepeated } = await rotator.rotate(environment, asked, bodyHash);
        told.keyId = String(result.id);
        told.done = isRepeated
          ? `the answer with key ${result.id} was given once more`
          : `${kind.type} was rotated, and key ${result.id} is the current one`;
        return { outcome: isRepeated ? "repeated" : "rotated", result };
      });
    });
  }

  /** Lets in as many as there is room for: nobody is to take all of it. */
  async function oneOfMany<Result>(environment: string, work: () => Promise<Result>): Promise<Result> {
    const own = underWay.get(environment) ?? 0;
    const all = [...underWay.values()].reduce((sum, count) => sum + count, 0);
    if (own >= MOST_OF_ONE_ENVIRONMENT || all >= MOST_AT_ONCE)
      throw new Refusal(503, "Too many rotations are under way, so nothing was done. Rotate later.", 30);
    underWay.set(environment, own + 1);
    try {
      return await work();
    } finally {
      const left = (underWay.get(environment) ?? 1) - 1;
      if (left > 0) underWay.set(environment, left);
      else underWay.delete(environment);
    }
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const begun = performance.now();
    const told: Told = {};
    let answered: Answer;
    try {
      answered = await answer(request, told);
    } catch (error) {
      const failure = refusalOf(error);
      answered = refused(failure);
      told.done = `refused with ${failure.status}: ${failure.message}`;
      if (failure.status === 500 && error instanceof Error) log(error.stack ?? error.message);
    }
    const { status, text, headers } = answered;
    if (!told.isProbe) {
      metrics.answered(status);
      log(lineOf(told, performance.now() - begun));
    }
    const tellOfLoss = () => {
      if (response.writableFinished || told.keyId === undefined) return;
      log(
        `${told.caller}: the answer with key ${told.keyId} did not arrive; the same request gets it for a while`,
      );
    };
    if (response.destroyed) tellOfLoss();
    else response.once("close", tellOfLoss);
    response
      .writeHead(status, {
        "content-type": "application/json",
        "cache-control": "no-store",
        ...headers,
        // What is left of a body that was not read is not for the next request to wait for.
        ...(closing || !request.complete ? { connection: "close" } : {}),
      })
      .end(text);
  }

  const timeouts = { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS };
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    // Whatever a request does, the others are answered.
    handle(request, response).catch((error: unknown) => {
      log(
        `a request could not be answered: ${error instanceof Error ? (error.stack ?? error.message) : error}`,
      );
      response.destroy();
    });
  };
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

const json = (body: unknown) => JSON.stringify(body);

function refused({ status, message, retryAfterS }: Refusal): Answer {
  const headers = {
    ...(status === 405 ? { allow: "POST" } : {}),
    ...(retryAfterS === undefined ? {} : { "retry-after": String(retryAfterS) }),
  };
  return { status, text: json({ error: message }), headers };
}

/** "acme/storage/prod/uploads: refused with 409: … (120 ms)", in one line, whatever was sent. */
function lineOf({ caller, done = "" }: Told, milliseconds: number): string {
  const text = `${caller === undefined ? "" : `${caller}: `}${done} (${Math.round(milliseconds)} ms)`;
  return text.replaceAll(/\p{Cc}+/gu, " ");
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
  if (error instanceof Refusal) return new Refusal(error.status, redact(error.message), error.retryAfterS);
  if (error instanceof IamKeysError) return new Refusal(STATUSES[error.code] ?? 502, error.message);
  if (error instanceof PartialFailure) return new Refusal(502, error.message);
  return new Refusal(500, "The rotator failed in an unexpected way. Its log says more.");
}
