import { z } from "zod";
import type { AuthorizedKey } from "../auth/authorizedKey.ts";
import { exchangeAuthorizedKey } from "../auth/yandex/signedExchange.ts";
import { YandexCaller } from "../auth/yandexCaller.ts";
import { IamKeysError, isListRefused, isNotFound, UnusableKey } from "../errors.ts";
import type { Ports } from "../ports.ts";
import { keepSecret, keepSecretsIn } from "../redact.ts";
import { type Agents, createAgents } from "./agents.ts";
import { operationError } from "./apiError.ts";
import type { ApiRequest } from "./apiRequest.ts";
import { type YandexEndpoints, yandexEndpoints } from "./endpoints.ts";
import { type Answer, parseReply, sendForAnswer, sendRequest } from "./http.ts";
import { KeyLists, type ListedKey, type ListedWhen, type Listing } from "./keyLists.ts";
import { allPages } from "./pages.ts";
import { pathSegment } from "./pathSegment.ts";
import type { Verification } from "./verification.ts";
import { type Collection, SERVICE_ACCOUNT } from "./yandexCollection.ts";

/** https://yandex.cloud/en/docs/api-design-guide/concepts/operation */
const operationSchema = z.object({
  id: z.string().min(1),
  done: z.boolean().optional(),
  error: z.object({ code: z.number().optional(), message: z.string().optional() }).optional(),
});

const doneOperation = z.object({ response: z.unknown() });

/** https://yandex.cloud/en/docs/lockbox/api-ref/Secret/addVersion */
const addedVersion = z.object({ metadata: z.object({ versionId: z.string().min(1) }) });

/** https://yandex.cloud/en/docs/lockbox/api-ref/Secret/get */
const secret = z.object({
  currentVersion: z
    .object({ id: z.string().min(1), payloadEntryKeys: z.array(z.string()).default([]) })
    .optional(),
});

/** https://yandex.cloud/en/docs/lockbox/api-ref/Secret/listVersions */
const versionsPage = z.object({
  versions: z.array(z.object({ id: z.string(), status: z.string().optional() })).default([]),
  nextPageToken: z.string().optional(),
});

/** What tells whose key it is; the rest is for its kind to read. */
const listedKey = z.looseObject({
  id: z.string().min(1),
  description: z.string().default(""),
  createdAt: z.string().optional(),
  lastUsedAt: z.string().optional(),
});
const nextPage = z.object({ nextPageToken: z.string().optional() });

/** The most keys that the API gives in one answer. */
const LARGEST_PAGE = "1000";

const STORAGE_REGION = "ru-central1";
const FIRST_POLL_MS = 200;
const LONGEST_POLL_MS = 5_000;
const OPERATION_TIMEOUT_MS = 120_000;

type Call = Omit<ApiRequest, "token" | "agents" | "url"> & { readonly path: string };

/** The Yandex Cloud IAM API, and Lockbox, as the configured caller sees them. Knows nothing of Pulumi. */
export class YandexIam {
  readonly caller: YandexCaller;
  readonly #ports: Ports;
  readonly #endpoints: YandexEndpoints;
  readonly #iamAgents: Agents;
  readonly #operationAgents: Agents;
  readonly #lists = new KeyLists((collection, account) => this.#fetchList(collection, account));
  #storage: Agents | undefined;
  #lockbox: Agents | undefined;

  /** Throws where the settings are wrong; sends nothing. */
  constructor(ports: Ports) {
    this.#ports = ports;
    this.#endpoints = yandexEndpoints(ports);
    this.#iamAgents = createAgents(this.#endpoints.iam, ports.environment);
    this.#operationAgents = createAgents(this.#endpoints.operation, ports.environment);
    this.caller = new YandexCaller(ports, this.#endpoints, this.#iamAgents);
  }

  /** Throws where it is not known where Lockbox is. */
  requireLockbox(): void {
    void this.#endpoints.lockbox;
  }

  /** Creates an object; the answer is returned unparsed, because only its kind knows what must be in it. */
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

  /** What the operation of a create gives when it is done. Where that cannot be known, nobody has the secret of what it made. */
  async #madeInTheEnd(operation: string, answer: Answer, madeBy: string): Promise<Answer> {
    try {
      const json = await this.#waitUntilDone(operation, answer.json);
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
   * The object of that account, or undefined where it is gone. Many readers of one account share a list; what
   * is not on it is asked for by its id, because a list may lag behind.
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

  /** The object as it is at this moment, or undefined where it is gone. */
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

  /** The objects of the account, or of the caller where none is named. */
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
      await this.#waitUntilDone(operation, reply);
    });
  }

  /** Deletes the object and waits until that is done; one that is already gone counts as deleted. */
  async delete(collection: Collection, id: string): Promise<void> {
    const operation = `${collection.service}.delete`;
    try {
      await this.#lists.written(async () => {
        const reply = await this.#call({
          operation,
          method: "DELETE",
          path: `${collection.path}/${pathSegment(id)}`,
          role: collection.role,
          subject: `key ${id}`,
        });
        await this.#waitUntilDone(operation, reply);
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

  /** Puts the entries into a new version of a Lockbox secret, beside those of its current one; gives its id. */
  async addSecretVersion(secretId: string, entries: Readonly<Record<string, string>>): Promise<string> {
    const reply = await this.#changeSecret("addVersion", secretId, {
      payloadEntries: Object.entries(entries).map(([key, textValue]) => ({ key, textValue })),
    });
    return parseReply("Secret.addVersion", addedVersion, reply).metadata.versionId;
  }

  /** Where that version is the current one and has other entries too, a new one with those alone takes its place. */
  async removeSecretEntries(secretId: string, versionId: string, names: readonly string[]): Promise<void> {
    const operation = "Secret.get";
    const { json } = await this.#lockboxCall({
      operation,
      method: "GET",
      url: this.#secretUrl(secretId),
      subject: `secret ${secretId}`,
    });
    const { currentVersion } = parseReply(operation, secret, json);
    if (currentVersion?.id !== versionId) return;
    if (currentVersion.payloadEntryKeys.every((name) => names.includes(name))) return;
    await this.#changeSecret("addVersion", secretId, { payloadEntries: names.map((key) => ({ key })) });
  }

  /** Whether a version of a Lockbox secret can be read; undefined where the caller may not see that. */
  async isSecretVersionActive(secretId: string, versionId: string): Promise<boolean | undefined> {
    const operation = "Secret.listVersions";
    try {
      const all = await allPages(operation, async (pageToken) => {
        const { json } = await this.#lockboxCall({
          operation,
          method: "GET",
          url: `${this.#secretUrl(secretId)}/versions`,
          query: { pageSize: LARGEST_PAGE, ...(pageToken ? { pageToken } : {}) },
          subject: `secret ${secretId}`,
        });
        const { versions, nextPageToken } = parseReply(operation, versionsPage, json);
        const isThere = versions.some(({ id }) => id === versionId);
        return { items: versions, next: isThere ? undefined : nextPageToken };
      });
      return all.find(({ id }) => id === versionId)?.status === "ACTIVE";
    } catch (error) {
      if (isNotFound(error)) return false;
      if (isListRefused(error)) return undefined;
      throw error;
    }
  }

  /** Has Lockbox destroy a version after its own waiting time; one that is gone counts as destroyed. */
  async destroySecretVersion(secretId: string, versionId: string): Promise<void> {
    try {
      await this.#changeSecret("scheduleVersionDestruction", secretId, { versionId });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
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

  /** Whether the API still knows a token: it is used once, to read the service account it stands for. */
  async acceptsToken(iamToken: string, serviceAccountId: string): Promise<boolean> {
    keepSecret(iamToken);
    try {
      await sendRequest({
        operation: "ServiceAccount.get",
        method: "GET",
        url: `${this.#endpoints.iam}/iam/v1/serviceAccounts/${pathSegment(serviceAccountId)}`,
        token: iamToken,
        agents: this.#iamAgents,
      });
      return true;
    } catch (error) {
      if (!(error instanceof IamKeysError)) throw error;
      if (error.code === "UNAUTHENTICATED") return false;
      // A token without a right to look at its account is a token all the same.
      if (error.code === "PERMISSION_DENIED" || error.code === "NOT_FOUND") return true;
      throw error;
    }
  }

  /** Tries a new authorized key: exchanges it for a token, as its consumer will. */
  async verifyAuthorizedKey(key: AuthorizedKey): Promise<Verification> {
    try {
      await exchangeAuthorizedKey(key, this.#endpoints.iam, this.#iamAgents, this.#ports.now());
    } catch (error) {
      if (
        error instanceof IamKeysError &&
        ["UNAUTHENTICATED", "NOT_FOUND", "INVALID_ARGUMENT"].includes(error.code)
      ) {
        return "refused";
      }
      throw error;
    }
    this.caller.offerSuccessor(key);
    return "works";
  }

  /** Tries a new static key: signs a request to Object Storage, which needs no right to be understood. */
  async verifyAccessKey(accessKeyId: string, secretAccessKey: string): Promise<Verification> {
    const { storage } = this.#endpoints;
    if (storage === undefined) return { unclear: "yandex:storageEndpoint is not set" };
    const { s3ErrorCode, signedGet } = await import("./signedGet.ts");
    const { status, body } = await signedGet({
      operation: "ListBuckets",
      url: `${storage}/`,
      service: "s3",
      region: STORAGE_REGION,
      accessKeyId,
      secretAccessKey,
      agents: this.#storageAgents(storage),
      now: this.#ports.now(),
    });
    const code = s3ErrorCode(body);
    if (/<ListAllMyBucketsResult\b/.test(body) || code === "AccessDenied") return "works";
    if (code && ["InvalidAccessKeyId", "SignatureDoesNotMatch"].includes(code)) return "refused";
    if (status >= 500 || status === 429)
      throw new IamKeysError("UNAVAILABLE", `${storage} answered with an error.`, { status });
    return { unclear: `${storage} does not answer as Object Storage does (HTTP ${status})` };
  }

  async #fetchList(collection: Collection, account: string | undefined): Promise<Listing> {
    const { service, path, listedAs, role, account: owner = SERVICE_ACCOUNT } = collection;
    const operation = `${service}.list`;
    const keys = await allPages<ListedKey>(operation, async (pageToken) => {
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
    return { keys };
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

  async #changeSecret(method: string, secretId: string, body: Readonly<Record<string, unknown>>) {
    const operation = `Secret.${method}`;
    const { json } = await this.#lockboxCall({
      operation,
      method: "POST",
      url: `${this.#secretUrl(secretId)}:${method}`,
      body,
      subject: `secret ${secretId}`,
    });
    try {
      await this.#waitUntilDone(operation, json);
    } catch (error) {
      if (error instanceof IamKeysError) error.mayHaveWorked = error.code !== "OPERATION_FAILED";
      throw error;
    }
    return json;
  }

  #secretUrl(secretId: string): string {
    return `${this.#endpoints.lockbox}/lockbox/v1/secrets/${pathSegment(secretId)}`;
  }

  async #lockboxCall(request: Omit<ApiRequest, "token" | "agents">): Promise<Answer> {
    this.#lockbox ??= createAgents(this.#endpoints.lockbox, this.#ports.environment);
    return this.#authorized(this.#lockbox, request);
  }

  #storageAgents(storage: string): Agents {
    this.#storage ??= createAgents(storage, this.#ports.environment);
    return this.#storage;
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
    return this.#authorized(this.#iamAgents, { ...request, url: `${this.#endpoints.iam}${path}` });
  }

  async #authorized(agents: Agents, request: Omit<ApiRequest, "token" | "agents">): Promise<Answer> {
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

  /** The caller's token; where there is none, the request that needs it is not sent. */
  async #token(): Promise<string> {
    try {
      return await this.caller.token();
    } catch (error) {
      if (error instanceof IamKeysError) error.mayHaveWorked = false;
      throw error;
    }
  }

  /** Gives the last that the API said of the operation. */
  async #waitUntilDone(operation: string, reply: unknown): Promise<unknown> {
    let last = reply;
    const deadline = this.#ports.now() + OPERATION_TIMEOUT_MS;
    let status = parseReply(operation, operationSchema, reply);
    for (let pause = FIRST_POLL_MS; !status.done; pause = Math.min(pause * 2, LONGEST_POLL_MS)) {
      if (this.#ports.now() >= deadline) {
        throw new IamKeysError(
          "OPERATION_UNFINISHED",
          `${operation} began, but its operation ${status.id} was not done after ${OPERATION_TIMEOUT_MS / 1000} s.`,
          { hint: "Run again: what is half done is finished then." },
        );
      }
      await this.#ports.sleep(pause);
      const polled = await this.#authorized(this.#operationAgents, {
        operation: "Operation.get",
        method: "GET",
        url: `${this.#endpoints.operation}/operations/${pathSegment(status.id)}`,
      });
      last = polled.json;
      status = parseReply("Operation.get", operationSchema, last);
    }
    if (status.error) throw operationError(operation, status.error);
    return last;
  }
}
