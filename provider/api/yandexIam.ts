import * as z from "zod";
import type { YandexCaller } from "../auth/yandexCaller.ts";
import { IamKeysError, isListRefused, isNotFound, UnusableKey } from "../errors.ts";
import type { Ports } from "../ports.ts";
import { keepSecret, keepSecretsIn } from "../redact.ts";
import type { ApiRequest } from "./apiRequest.ts";
import { type Answer, parseReply } from "./http.ts";
import { KeyLists, type ListedKey, type ListedWhen, type Listing } from "./keyLists.ts";
import { allPages } from "./pages.ts";
import { pathSegment } from "./pathSegment.ts";
import type { ServerClock } from "./serverClock.ts";
import { type Collection, SERVICE_ACCOUNT } from "./yandexCollection.ts";
import { YandexLockbox } from "./yandexLockbox.ts";
import { LARGEST_PAGE, YandexRequests } from "./yandexRequests.ts";
import { YandexTrials } from "./yandexTrials.ts";

const doneOperation = z.object({ response: z.unknown() });

/** What tells whose key it is; the rest is for its kind to read. */
const listedKey = z.looseObject({
  id: z.string().min(1),
  description: z.string().default(""),
  createdAt: z.string().optional(),
  lastUsedAt: z.string().optional(),
});
const nextPage = z.object({ nextPageToken: z.string().optional() });

type Call = Omit<ApiRequest, "token" | "agents" | "url"> & { readonly path: string };

/** The Yandex Cloud IAM API, and Lockbox, as the configured caller sees them. Knows nothing of Pulumi. */
export class YandexIam {
  readonly caller: YandexCaller;
  readonly clock: ServerClock;
  readonly lockbox: YandexLockbox;
  readonly trials: YandexTrials;
  readonly #requests: YandexRequests;
  readonly #lists = new KeyLists((collection, account) => this.#fetchList(collection, account));

  /** Throws if the settings are wrong; sends nothing. */
  constructor(ports: Ports) {
    this.#requests = new YandexRequests(ports);
    this.caller = this.#requests.caller;
    this.clock = this.#requests.clock;
    this.lockbox = new YandexLockbox(this.#requests);
    this.trials = new YandexTrials(this.#requests);
  }

  /** Creates an object; the reply is returned unparsed, because only its kind knows what must be in it. */
  async create(
    { service, path, role, account = SERVICE_ACCOUNT, madeBy }: Collection,
    body: Readonly<Record<string, unknown>>,
  ): Promise<Answer> {
    const { [account.field]: owner } = body;
    const subject = owner ? { subject: `${account.name} ${owner}` } : {};
    const operation = `${service}.create`;
    return this.#lists.written(async () => {
      const answer = await this.#made({ operation, method: "POST", path, body, role, ...subject });
      return madeBy === undefined ? answer : this.#madeInTheEnd(operation, answer, madeBy);
    });
  }

  /**
   * What the operation of a create gives when it is done. If that cannot be known, nobody has the secret of what it
   * made.
   */
  async #madeInTheEnd(operation: string, answer: Answer, madeBy: string): Promise<Answer> {
    try {
      const json = await this.#requests.waitUntilDone(operation, answer.json);
      keepSecretsIn(json);
      return { ...answer, json: parseReply(operation, doneOperation, json).response };
    } catch (error) {
      if (!(error instanceof IamKeysError) || error.code === "OPERATION_FAILED") throw error;
      const made = z.object({ metadata: z.object({ [madeBy]: z.string().min(1) }) }).safeParse(answer.json);
      if (made.success) throw new UnusableKey(String(made.data.metadata[madeBy]), error);
      error.mayHaveWorked = true;
      throw error;
    }
  }

  /**
   * The object of that account, or undefined if it is gone. Many readers of one account share a list. A list may lag,
   * so what is not on it is asked for by its id.
   */
  async read<Reply>(
    collection: Collection,
    account: string | undefined,
    id: string,
    schema: z.ZodType<Reply>,
  ): Promise<Reply | undefined> {
    const listed = await this.#listed(collection, account, id);
    return listed
      ? parseReply(`${collection.service}.list`, schema, listed)
      : this.get(collection, id, schema);
  }

  /** The object as it is at this moment, or undefined if it is gone. */
  async get<Reply>(collection: Collection, id: string, schema: z.ZodType<Reply>): Promise<Reply | undefined> {
    const operation = `${collection.service}.get`;
    try {
      const reply = await this.#call({
        operation,
        method: "GET",
        path: `${collection.path}/${pathSegment(id)}`,
        role: collection.role,
      });
      return parseReply(operation, schema, reply);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** The objects of the account, or of the caller if none is named. */
  async list(collection: Collection, account: string | undefined, when: ListedWhen): Promise<Listing> {
    return this.#lists.get(collection, account, when);
  }

  /** Changes the fields, an undefined one to its default, and waits until that is done. */
  async update(collection: Collection, id: string, fields: Readonly<Record<string, unknown>>): Promise<void> {
    const operation = `${collection.service}.update`;
    await this.#lists.written(async () => {
      const reply = await this.#call({
        operation,
        method: "PATCH",
        path: `${collection.path}/${pathSegment(id)}`,
        body: { updateMask: Object.keys(fields).join(","), ...fields },
        role: collection.role,
        subject: `key ${id}`,
      });
      await this.#requests.waitUntilDone(operation, reply);
    });
  }

  /** Deletes the object and waits until that is done; one that is already gone counts as deleted. */
  async delete(collection: Collection, id: string): Promise<void> {
    const operation = `${collection.service}.delete`;
    try {
      await this.#lists.deleted(async () => {
        const reply = await this.#call({
          operation,
          method: "DELETE",
          path: `${collection.path}/${pathSegment(id)}`,
          role: collection.role,
          subject: `key ${id}`,
        });
        await this.#requests.waitUntilDone(operation, reply);
      });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  async createTokenForServiceAccount(serviceAccountId: string): Promise<unknown> {
    const { json } = await this.#made({
      operation: "IamToken.createForServiceAccount",
      method: "POST",
      path: "/iam/v1/tokens:createForServiceAccount",
      body: { serviceAccountId },
      subject: `service account ${serviceAccountId}`,
    });
    return json;
  }

  async createEphemeralAccessKey(body: { readonly [field: string]: unknown }): Promise<unknown> {
    const { json } = await this.#made({
      operation: "TemporaryAccessKey.createEphemeral",
      method: "POST",
      path: "/iam/aws-compatibility/v1/ephemeralAccessKeys",
      body,
      ...(body.subjectId ? { subject: `service account ${body.subjectId}` } : {}),
    });
    return json;
  }

  async revokeToken(iamToken: string): Promise<void> {
    keepSecret(iamToken);
    await this.#call({
      operation: "IamToken.revoke",
      method: "POST",
      path: "/iam/v1/tokens:revoke",
      body: { iamToken },
    });
  }

  #fetchList(collection: Collection, account: string | undefined): Promise<readonly ListedKey[]> {
    const { service, path, listedAs, role, account: owner = SERVICE_ACCOUNT } = collection;
    const operation = `${service}.list`;
    return allPages<ListedKey>(operation, async (pageToken) => {
      const { json } = await this.#answer({
        operation,
        method: "GET",
        path,
        query: {
          pageSize: LARGEST_PAGE,
          ...(account === undefined ? {} : { [owner.field]: account }),
          ...(pageToken ? { pageToken } : {}),
        },
        role,
        ...(account === undefined ? {} : { subject: `${owner.name} ${account}` }),
      });
      const page = parseReply(operation, z.object({ [listedAs]: z.array(listedKey).default([]) }), json);
      return { items: page[listedAs] ?? [], next: parseReply(operation, nextPage, json).nextPageToken };
    });
  }

  async #listed(
    collection: Collection,
    account: string | undefined,
    id: string,
  ): Promise<ListedKey | undefined> {
    if (account === undefined) return undefined;
    try {
      return (await this.#lists.get(collection, account, "now")).byId.get(id);
    } catch (error) {
      if (isListRefused(error)) return undefined;
      throw error;
    }
  }

  /** The answer of a create: its secret is kept out of all that is printed before anybody else has it. */
  async #made(call: Call): Promise<Answer> {
    const answer = await this.#answer(call);
    keepSecretsIn(answer.json);
    return answer;
  }

  async #call(call: Call): Promise<unknown> {
    return (await this.#answer(call)).json;
  }

  async #answer({ path, ...request }: Call): Promise<Answer> {
    return this.#requests.authorized(this.#requests.iamAgents, {
      ...request,
      url: `${this.#requests.endpoints.iam}${path}`,
    });
  }
}
