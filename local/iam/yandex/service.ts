import { randomUUID } from "node:crypto";
import { jsonReply, type ReceivedRequest, type Reply, type Service } from "../exchange.ts";
import type { OperationFault } from "../faults.ts";
import type { State, Subject } from "../state.ts";
import { authenticate } from "./authenticate.ts";
import type { YandexCall } from "./call.ts";
import { checkIdempotencyKey, createIdempotentAnswers } from "./idempotency.ts";
import type { Operations } from "./operations.ts";
import { findRoute } from "./routes.ts";
import { codeOfHttpStatus, invalidArgument, notFound, YandexError, yandexErrorReply } from "./yandexError.ts";

/** Who administers the stand-in, and what it accepts of them. */
export interface YandexSettings {
  readonly state: State;
  readonly operations: Operations;
  readonly administrator: Subject;
  readonly oauthToken: string | undefined;
  readonly honoursIdempotencyKey: boolean;
}

/** Yandex Cloud IAM over REST. */
export function createYandexService({
  state,
  operations,
  administrator,
  oauthToken,
  honoursIdempotencyKey,
}: YandexSettings): Service {
  const once = createIdempotentAnswers();

  async function answer(
    request: ReceivedRequest,
    operationFault: OperationFault | undefined,
  ): Promise<object> {
    const found = findRoute(request.method, request.path);
    if (!found) throw notFound("Not found");
    const { route, path } = found;
    const idempotencyKey = honoursIdempotencyKey ? headerText(request, "idempotency-key") : undefined;
    checkIdempotencyKey(idempotencyKey);
    const call = (): YandexCall => ({
      method: route.operation,
      state,
      operations,
      path,
      query: request.query,
      body: readJson(request),
      operationFault,
      oauthToken,
      administrator,
    });
    if (!route.handler.authenticated) return await route.handler.handle(call());

    const { handle } = route.handler;
    const caller = authenticate(state, request.headers.authorization, route.takesApiKeys);
    const carryOut = async () => handle({ ...call(), ...caller });
    if (idempotencyKey === undefined || request.method === "GET") return await carryOut();
    const first = await once(
      [caller.subject.id, request.method, request.path, idempotencyKey].join(" "),
      carryOut,
    );
    return "id" in first ? (operations.find(String(first.id)) ?? first) : first;
  }

  return {
    operationOf: ({ method, path }) => findRoute(method, path)?.route.operation ?? "unknown",

    async handle(request, operationFault) {
      try {
        return withRequestIds(jsonReply(200, await answer(request, operationFault)));
      } catch (error) {
        if (error instanceof YandexError) return withRequestIds(yandexErrorReply(error));
        throw error;
      }
    },

    errorReply(_request, { status, code = codeOfHttpStatus(status), message }) {
      return withRequestIds(jsonReply(status, { code, message, details: [] }));
    },
  };
}

function withRequestIds(reply: Reply): Reply {
  const ids = {
    "x-request-id": randomUUID(),
    "x-server-request-id": randomUUID(),
    "x-server-trace-id": randomUUID(),
  };
  return { ...reply, headers: { ...reply.headers, ...ids } };
}

function headerText({ headers }: ReceivedRequest, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(", ") : value;
}

function readJson({ body }: ReceivedRequest): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString());
  } catch {
    throw invalidArgument("The request body is not JSON");
  }
}
