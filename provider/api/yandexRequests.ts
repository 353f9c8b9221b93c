import * as z from "zod";
import { YandexCaller } from "../auth/yandexCaller.ts";
import { IamKeysError } from "../errors.ts";
import type { Ports } from "../ports.ts";
import { type Agents, createAgents } from "./agents.ts";
import { operationError } from "./apiError.ts";
import type { ApiRequest } from "./apiRequest.ts";
import { type YandexEndpoints, yandexEndpoints } from "./endpoints.ts";
import { type Answer, parseReply, sendForAnswer } from "./http.ts";
import { Pace } from "./pace.ts";
import { pathSegment } from "./pathSegment.ts";
import { ServerClock } from "./serverClock.ts";

/** https://yandex.cloud/en/docs/api-design-guide/concepts/operation */
const operationSchema = z.object({
  id: z.string().min(1),
  done: z.boolean().optional(),
  error: z.object({ code: z.number().optional(), message: z.string().optional() }).optional(),
});

/** The most keys that the API gives in one answer. */
export const LARGEST_PAGE = "1000";

const MAX_REQUESTS = {
  config: "iam-keys:yandexMaxRequestsPerSecond",
  environment: "IAM_KEYS_YANDEX_MAX_REQUESTS_PER_SECOND",
};

const FIRST_POLL_MS = 200;
const LONGEST_POLL_MS = 5_000;
const OPERATION_TIMEOUT_MS = 120_000;

/** How every request to Yandex Cloud is made: with the caller's token, and to the end of its operation. */
export class YandexRequests {
  readonly caller: YandexCaller;
  readonly ports: Ports;
  readonly endpoints: YandexEndpoints;
  readonly iamAgents: Agents;
  readonly clock: ServerClock;
  readonly #operationAgents: Agents;

  /** Throws if the settings are wrong; sends nothing. */
  constructor(ports: Ports) {
    this.ports = ports;
    this.endpoints = yandexEndpoints(ports);
    // A poll and the exchange of a new key for a token count as the account's requests: the server counts them, too.
    const pace = new Pace(ports, MAX_REQUESTS);
    this.clock = new ServerClock(ports);
    const shared = { pace, clock: this.clock };
    this.iamAgents = { ...createAgents(this.endpoints.iam, ports.environment), ...shared };
    this.#operationAgents = { ...createAgents(this.endpoints.operation, ports.environment), ...shared };
    this.caller = new YandexCaller(ports, this.endpoints, this.iamAgents);
  }

  async authorized(agents: Agents, request: Omit<ApiRequest, "token" | "agents">): Promise<Answer> {
    const token = await this.#token();
    const authorized = { ...request, agents, credentials: this.caller.origin };
    try {
      return await sendForAnswer({ ...authorized, token });
    } catch (error) {
      // A token can end in the middle of a run. A refused request did nothing, so it may be sent again.
      const refused = error instanceof IamKeysError && error.code === "UNAUTHENTICATED";
      if (!refused || !(await this.caller.forget(token))) throw error;
      return sendForAnswer({ ...authorized, token: await this.#token() });
    }
  }

  /** Gives the last that the API said of the operation. */
  async waitUntilDone(operation: string, reply: unknown): Promise<unknown> {
    let last = reply;
    const deadline = this.ports.now() + OPERATION_TIMEOUT_MS;
    let status = parseReply(operation, operationSchema, reply);
    for (let pause = FIRST_POLL_MS; !status.done; pause = Math.min(pause * 2, LONGEST_POLL_MS)) {
      if (this.ports.now() >= deadline) {
        throw new IamKeysError(
          "OPERATION_UNFINISHED",
          `${operation} began, but its operation ${status.id} was not done after ${OPERATION_TIMEOUT_MS / 1000} s.`,
          { hint: "Run again: what is half done is finished then." },
        );
      }
      await this.ports.sleep(pause);
      const polled = await this.authorized(this.#operationAgents, {
        operation: "Operation.get",
        method: "GET",
        url: `${this.endpoints.operation}/operations/${pathSegment(status.id)}`,
      });
      last = polled.json;
      status = parseReply("Operation.get", operationSchema, last);
    }
    if (status.error) throw operationError(operation, status.error);
    return last;
  }

  /** The caller's token; if there is none, the request that needs it is not sent. */
  async #token(): Promise<string> {
    try {
      return await this.caller.token();
    } catch (error) {
      if (error instanceof IamKeysError) error.mayHaveWorked = false;
      throw error;
    }
  }
}
