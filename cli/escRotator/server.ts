import type { IncomingMessage, ServerResponse } from "node:http";
import { type ErrorCode, IamKeysError, PartialFailure } from "../../provider/errors.ts";
import type { Ports } from "../../provider/ports.ts";
import { redact } from "../../provider/redact.ts";
import { type Answer, jsonAnswer, oneLine, refused, send } from "../http/answer.ts";
import { pathLookedAt, probed } from "../http/probes.ts";
import { Refusal } from "../http/refusal.ts";
import { readBody, requireJsonPost } from "../http/request.ts";
import { type OpenServer, openServer } from "../http/server.ts";
import { CallerTokens } from "./callerTokens.ts";
import { requireAccount, rulesFor } from "./environments.ts";
import { Metrics } from "./metrics.ts";
import { METRICS_PATH, type RotatorOptions } from "./options.ts";
import { parseRotationRequest } from "./rotationRequest.ts";
import { Rotator } from "./rotator.ts";

/** How many rotations may run at once: in total, and for one environment. */
const MOST_AT_ONCE = 64;
const MOST_OF_ONE_ENVIRONMENT = 16;

/** A request as the log shows it. */
interface Told {
  /** A probe asks every few seconds. */
  isProbe?: boolean;
  /** Who calls, and for which of its rotations, as far as that was found out. */
  caller?: string;
  /** What was done. */
  done?: string;
  /** What is lost if the answer does not arrive. */
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
): Promise<OpenServer> {
  const tokens = new CallerTokens(options, ports);
  const rotator = new Rotator(ports);
  const metrics = new Metrics(ports.now());
  const underWay = new Map<string, number>();
  const { pathname } = new URL(options.url);
  let closing = false;

  function lookedAt(request: IncomingMessage): Answer | undefined {
    if (pathLookedAt(request) !== METRICS_PATH) return probed(request, !closing);
    const headers = { "content-type": "text/plain; version=0.0.4; charset=utf-8" };
    return { status: 200, text: metrics.text(!closing), headers };
  }

  async function answer(request: IncomingMessage, told: Told): Promise<Answer> {
    const looked = lookedAt(request);
    told.isProbe = looked !== undefined;
    if (looked) return looked;
    requireJsonPost(request, pathname);
    if (closing)
      throw new Refusal(503, "This rotator is being stopped, so nothing was done. Rotate once more.", 5);
    return jsonAnswer(200, await rotate(request, told));
  }

  async function rotate(request: IncomingMessage, told: Told): Promise<object> {
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

  /** Limits the rotations at once, so that no environment takes all the room. */
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
    if (!told.isProbe) {
      metrics.answered(answered.status);
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
    send(answered, request, response, closing);
  }

  return openServer(options, handle, log, () => {
    closing = true;
  });
}

/** "acme/storage/prod/uploads: refused with 409: … (120 ms)", in one line, whatever was sent. */
function lineOf({ caller, done = "" }: Told, milliseconds: number): string {
  return oneLine(`${caller === undefined ? "" : `${caller}: `}${done} (${Math.round(milliseconds)} ms)`);
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
