import type { IAMClient, ServiceInputTypes, ServiceOutputTypes } from "@aws-sdk/client-iam";
import type { FinalizeRequestMiddleware } from "@smithy/types";
import { type AwsCredentials, keepCredentials } from "../auth/aws/credentials.ts";
import { type AwsEndpoints, type AwsService, awsEndpoint, awsEndpoints } from "../auth/aws/endpoints.ts";
import { type AwsClientConfig, awsClientConfig } from "../auth/awsCaller.ts";
import type { Ports } from "../ports.ts";
import { AwsAccount } from "./awsAccount.ts";
import { awsError, isAnswer, isThrottled } from "./awsError.ts";
import { Pace } from "./pace.ts";
import { ServerClock } from "./serverClock.ts";

export interface Clients {
  readonly repeating: IAMClient;
  /** Sends every request once, without retries. */
  readonly once: IAMClient;
}

const MAX_REQUESTS = {
  config: "iam-keys:awsMaxRequestsPerSecond",
  environment: "IAM_KEYS_AWS_MAX_REQUESTS_PER_SECOND",
};

/** How every request to AWS is made: with the caller's credentials, or with their successor that this run has made. */
export class AwsRequests {
  readonly endpoints: AwsEndpoints;
  readonly clock: ServerClock;
  readonly #account: AwsAccount;
  readonly #pace: Pace;
  #config: AwsClientConfig;
  readonly #successors = new Map<string | undefined, AwsCredentials>();
  readonly #turns = new Map<string | undefined, Promise<unknown>>();
  #clients: Promise<Clients> | undefined;

  /** Throws if the settings are wrong; sends nothing. */
  constructor(ports: Ports) {
    this.#config = awsClientConfig(ports);
    this.#account = new AwsAccount(ports);
    this.#pace = new Pace(ports, MAX_REQUESTS);
    this.clock = new ServerClock(ports);
    this.endpoints = awsEndpoints(ports);
  }

  /** How the caller's clients sign, wherever they are to send. */
  get config(): AwsClientConfig {
    return this.#config;
  }

  /**
   * How a client of this service signs: with a successor of the caller's first key, too. Throws if the caller's account
   * is not to be touched.
   */
  async clientConfig(service: AwsService): Promise<AwsClientConfig & { readonly endpoint?: string }> {
    this.requireEndpoint(service);
    await this.#account.requireAllowed(this.#config);
    const endpoint = this.endpoints[service];
    return endpoint === undefined ? this.#config : { ...this.#config, endpoint };
  }

  /** Throws if it is not known where the service is. */
  requireEndpoint(service: AwsService): void {
    awsEndpoint(this.endpoints, service);
  }

  /** Remembers a new key that works, in case it is to succeed the one that the caller signs with. */
  offerSuccessor(userName: string | undefined, accessKeyId: string, secretAccessKey: string): void {
    this.#successors.set(userName, { accessKeyId, secretAccessKey });
  }

  /**
   * Whether the caller signs with this key and nothing can replace it. If this run made another key of the same user
   * that works, the caller continues with that one.
   */
  async callerNeeds(accessKeyId: string, userName: string | undefined): Promise<boolean> {
    const own = await (await this.#connected()).repeating.config.credentials().catch(() => undefined);
    if (own?.accessKeyId !== accessKeyId) return false;
    const successor = this.#successors.get(userName);
    if (!successor || successor.accessKeyId === accessKeyId) return true;
    this.#config = { ...this.#config, credentials: async () => successor };
    this.#clients = this.#connect();
    return false;
  }

  /**
   * Calls on one user go one after the other, because AWS refuses concurrent ones. Calls on different users go in
   * parallel.
   */
  async send<Reply>(
    operation: string,
    userName: string | undefined,
    call: (clients: Clients) => Promise<Reply>,
  ): Promise<Reply> {
    const send = () => this.#sendAtOnce(operation, userName, call);
    const turn = (this.#turns.get(userName) ?? Promise.resolve()).then(send, send);
    this.#turns.set(userName, turn);
    return turn;
  }

  async #sendAtOnce<Reply>(
    operation: string,
    userName: string | undefined,
    call: (clients: Clients) => Promise<Reply>,
  ): Promise<Reply> {
    const clients = await this.#connected();
    try {
      return await call(clients);
    } catch (error) {
      if (isAnswer(error)) await keepCredentials(clients.repeating);
      throw awsError(operation, { service: "iam", name: nameOf(userName) }, error);
    }
  }

  #connected(): Promise<Clients> {
    this.#clients ??= this.#connect().catch((error) => {
      this.#clients = undefined;
      throw error;
    });
    return this.#clients;
  }

  async #connect(): Promise<Clients> {
    const { IAMClient } = await import("@aws-sdk/client-iam");
    const config = await this.clientConfig("iam");
    const repeating = new IAMClient({ ...config, maxAttempts: 5 });
    // The second client takes over the first one's credentials, so that they are looked up once.
    const once = new IAMClient({
      ...config,
      credentials: repeating.config.credentials,
      maxAttempts: 1,
    });
    for (const client of [repeating, once]) watch(client, this.#pace, this.clock);
    return { repeating, once };
  }
}

/** Has each attempt of the client wait for its turn, and takes the time from its answer. */
function watch(client: IAMClient, pace: Pace, clock: ServerClock): void {
  const waiting: FinalizeRequestMiddleware<ServiceInputTypes, ServiceOutputTypes> =
    (next) => async (args) => {
      await pace.turn();
      try {
        const answer = await next(args);
        clock.heard(dateOf(answer.response));
        return answer;
      } catch (error) {
        clock.heard(dateOf((error as { readonly $response?: unknown }).$response));
        if (isThrottled(error)) pace.refused();
        throw error;
      }
    };
  // It is signed after that, with the time at which it leaves.
  const place = { relation: "after", toMiddleware: "retryMiddleware" } as const;
  client.middlewareStack.addRelativeTo(waiting, { name: "iamKeysPace", ...place });
}

function dateOf(response: unknown): string | undefined {
  return (response as { readonly headers?: Record<string, string> } | undefined)?.headers?.date;
}

/** The user, in words. */
export function nameOf(userName: string | undefined): string {
  return userName === undefined ? "the caller's own user" : `user ${userName}`;
}
