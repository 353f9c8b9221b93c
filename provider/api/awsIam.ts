import type { IAMClient } from "@aws-sdk/client-iam";
import { z } from "zod";
import { type AwsCredentials, keepCredentials } from "../auth/aws/credentials.ts";
import { type AwsEndpoints, type AwsService, awsEndpoint, awsEndpoints } from "../auth/aws/endpoints.ts";
import { type AwsClientConfig, awsClientConfig } from "../auth/awsCaller.ts";
import { IamKeysError, isNotFound, messageOf, UnusableKey } from "../errors.ts";
import type { Ports } from "../ports.ts";
import { keepSecretsIn } from "../redact.ts";
import { AwsAccount } from "./awsAccount.ts";
import { awsError, didNothing, isAnswer } from "./awsError.ts";
import { type DescribedKey, describedKey } from "./describedKey.ts";
import { parseReply } from "./http.ts";
import { allPages } from "./pages.ts";
import { share } from "./shared.ts";
import type { LastUse, Verification } from "./verification.ts";

export type AccessKeyStatus = "Active" | "Inactive";

const status = z.enum(["Active", "Inactive"]);

const createReply = z.object({
  AccessKey: z.object({
    UserName: z.string().optional(),
    AccessKeyId: z.string().min(1),
    SecretAccessKey: z.string().min(1),
    Status: status,
    CreateDate: z.date().optional(),
  }),
});

/** The least that a reply must hold for the key in it to be found again. */
const createdKeyId = z.object({ AccessKey: z.object({ AccessKeyId: z.string().min(1) }) });

const listReply = z.object({
  AccessKeyMetadata: z.array(
    z.object({
      UserName: z.string().optional(),
      AccessKeyId: z.string(),
      Status: status,
      CreateDate: z.date().optional(),
    }),
  ),
  IsTruncated: z.boolean().optional(),
  Marker: z.string().optional(),
});

const lastUsedReply = z.object({
  UserName: z.string().optional(),
  AccessKeyLastUsed: z.object({
    LastUsedDate: z.date().optional(),
    ServiceName: z.string().optional(),
    Region: z.string().optional(),
  }),
});

export type CreatedAccessKey = z.infer<typeof createReply>["AccessKey"];
type ListedAccessKey = z.infer<typeof listReply>["AccessKeyMetadata"][number];
/** A key, with what is known of it: one that no list shows yet has no status. */
export type FoundAccessKey = Pick<ListedAccessKey, "UserName" | "CreateDate"> &
  Partial<Pick<ListedAccessKey, "Status">>;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const NEW_KEY = { service: "sts", name: "the new key" } as const;
const KEYS_A_USER = 2;
const CREATE_ATTEMPTS = 5;
const FIRST_PAUSE_MS = 500;
/** How long a list is asked again for a key, where nothing else may be asked. */
const LIST_PAUSES_MS = [1_000, 3_000, 6_000];

interface Clients {
  readonly repeating: IAMClient;
  /** Sends everything once, whatever comes of it. */
  readonly once: IAMClient;
}

/** The AWS IAM API as the configured caller sees it. Knows nothing of Pulumi. */
export class AwsIam {
  readonly #ports: Ports;
  readonly #account: AwsAccount;
  readonly #endpoints: AwsEndpoints;
  #config: AwsClientConfig;
  readonly #successors = new Map<string | undefined, AwsCredentials>();
  /** The keys of each user as this process last saw them, unless it has changed them since. */
  readonly #seen = new Map<string | undefined, readonly ListedAccessKey[]>();
  readonly #turns = new Map<string | undefined, Promise<unknown>>();
  readonly #lists = new Map<string | undefined, Promise<ListedAccessKey[]>>();
  #clients: Promise<Clients> | undefined;

  /** Throws where the settings are wrong; sends nothing. */
  constructor(ports: Ports) {
    this.#ports = ports;
    this.#config = awsClientConfig(ports);
    this.#account = new AwsAccount(ports);
    this.#endpoints = awsEndpoints(ports);
  }

  /**
   * How a client of this service signs: with a successor of the caller's first key, too. Throws where the caller's
   * account is not to be touched.
   */
  async clientConfig(service: AwsService): Promise<AwsClientConfig & { readonly endpoint?: string }> {
    this.requireEndpoint(service);
    await this.#account.requireAllowed(this.#config);
    const endpoint = this.#endpoints[service];
    return endpoint === undefined ? this.#config : { ...this.#config, endpoint };
  }

  /** Throws where it is not known where the service is. */
  requireEndpoint(service: AwsService): void {
    awsEndpoint(this.#endpoints, service);
  }

  /**
   * Makes a key. CreateAccessKey has no idempotency token: sent twice it makes two keys, so it is repeated
   * only where the first one cannot have done anything.
   *
   * @param isKnown whether that is the id of a key which somebody here holds
   */
  async createAccessKey(
    userName: string | undefined,
    isKnown: (id: string) => boolean,
  ): Promise<CreatedAccessKey> {
    // What was there before is not of this call, whatever the clocks say.
    const before = await this.listAccessKeys(userName).catch(() => undefined);
    const isOld = (id: string) => isKnown(id) || before?.some((key) => key.AccessKeyId === id) === true;
    const reply = await this.#createOnce(userName, isOld);
    keepSecretsIn(reply);
    const parsed = createReply.safeParse(reply);
    if (parsed.success) {
      if (before) this.#seen.set(userName, before);
      return parsed.data.AccessKey;
    }
    const made = createdKeyId.safeParse(reply);
    if (!made.success) throw await this.#withNewKeysNamed(userName, unexpected(reply), isOld);
    throw new UnusableKey(made.data.AccessKey.AccessKeyId, unexpected(reply));
  }

  async setStatus(userName: string | undefined, accessKeyId: string, to: AccessKeyStatus): Promise<void> {
    const { UpdateAccessKeyCommand } = await import("@aws-sdk/client-iam");
    await this.#asPresentUser(userName, accessKeyId, (name) => {
      const command = new UpdateAccessKeyCommand({ ...user(name), AccessKeyId: accessKeyId, Status: to });
      return this.#change("UpdateAccessKey", name, ({ repeating }) => repeating.send(command));
    });
  }

  /** Deletes the key; one that is already gone counts as deleted. */
  async deleteAccessKey(userName: string | undefined, accessKeyId: string): Promise<void> {
    const { DeleteAccessKeyCommand } = await import("@aws-sdk/client-iam");
    try {
      await this.#asPresentUser(userName, accessKeyId, (name) => {
        const command = new DeleteAccessKeyCommand({ ...user(name), AccessKeyId: accessKeyId });
        return this.#change("DeleteAccessKey", name, ({ repeating }) => repeating.send(command));
      });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  /** The keys of the user, none where the user is gone. */
  async listAccessKeys(userName: string | undefined): Promise<ListedAccessKey[]> {
    const { ListAccessKeysCommand } = await import("@aws-sdk/client-iam");
    let keys: ListedAccessKey[] = [];
    try {
      keys = await allPages("ListAccessKeys", async (marker) => {
        const command = new ListAccessKeysCommand({
          ...user(userName),
          ...(marker ? { Marker: marker } : {}),
        });
        const reply = await this.#send("ListAccessKeys", userName, ({ repeating }) =>
          repeating.send(command),
        );
        const page = parseReply("ListAccessKeys", listReply, reply);
        return { items: page.AccessKeyMetadata, next: page.IsTruncated ? page.Marker : undefined };
      });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
    this.#seen.set(userName, keys);
    return keys;
  }

  /**
   * The key as a list of its user's keys has it, which all share who read before something is changed. One that is not
   * on the list is looked for by its id: a list may lag behind, and the user may have another name now.
   */
  async readAccessKey(
    userName: string | undefined,
    accessKeyId: string,
  ): Promise<FoundAccessKey | undefined> {
    const list = this.#lists.get(userName) ?? share(this.#lists, userName, this.listAccessKeys(userName));
    const listed = (await list).find((key) => key.AccessKeyId === accessKeyId);
    return listed ?? this.#lookAgain(userName, accessKeyId);
  }

  async #lookAgain(userName: string | undefined, accessKeyId: string): Promise<FoundAccessKey | undefined> {
    const isIt = (key: ListedAccessKey) => key.AccessKeyId === accessKeyId;
    const holder = await this.#holderOf(accessKeyId);
    if (holder === "nobody") return undefined;
    if (holder !== "unknown") {
      const renamed = holder.userName !== userName && (await this.listAccessKeys(holder.userName)).find(isIt);
      return renamed || { UserName: holder.userName };
    }
    for (const pause of LIST_PAUSES_MS) {
      await this.#ports.sleep(pause);
      const listed = (await this.listAccessKeys(userName)).find(isIt);
      if (listed) return listed;
    }
    return undefined;
  }

  /** Whose key it is now, by its id; "unknown" where the caller may not ask. */
  async #holderOf(accessKeyId: string): Promise<{ readonly userName: string } | "nobody" | "unknown"> {
    try {
      const { UserName } = await this.#lastUsed(undefined, accessKeyId);
      return UserName === undefined ? "unknown" : { userName: UserName };
    } catch (error) {
      if (isNotFound(error)) return "nobody";
      if (error instanceof IamKeysError && error.code === "PERMISSION_DENIED") return "unknown";
      throw error;
    }
  }

  /** Does something to a key; where there is no such key of that user, to that of the user whose key it is now. */
  async #asPresentUser(
    userName: string | undefined,
    accessKeyId: string,
    work: (userName: string | undefined) => Promise<unknown>,
  ): Promise<void> {
    try {
      await work(userName);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      const holder = await this.#holderOf(accessKeyId);
      if (holder === "nobody") throw error;
      if (holder !== "unknown") return void (await work(holder.userName));
      // Of a key that is gone, and of one whose user has another name now, AWS says the same.
      if (!/\buser\b/i.test(messageOf(error))) throw error;
      throw new IamKeysError("PERMISSION_DENIED", messageOf(error), {
        hint: `There may be no key ${accessKeyId}, or its user may have another name now: allow the caller iam:GetAccessKeyLastUsed, which tells.`,
      });
    }
  }

  /**
   * Throws where the user has no room for one more key. Keys that are not ours are never touched: the error
   * names them, for a person to decide.
   */
  async requireRoom(userName: string | undefined, isOwn: (id: string) => boolean): Promise<void> {
    const keys = await this.listAccessKeys(userName);
    const foreign = keys.filter((key) => !isOwn(key.AccessKeyId));
    if (keys.length < KEYS_A_USER || foreign.length === 0) return;
    const named = await this.#describe(userName, foreign);
    if (named.length === 0) return;
    throw new IamKeysError(
      "LIMIT_EXCEEDED",
      `AWS allows ${KEYS_A_USER} access keys a user, and there is no room for one more. Not of this resource: ${named.map(({ words }) => words).join("; ")}.`,
      {
        hint: "Nothing was changed. Where one of them is of no stack and of nobody, delete it, or make it inactive first to see whether somebody misses it. Then run again.",
      },
    );
  }

  /** The keys of the user that are not among those. */
  async otherKeys(userName: string | undefined, isKnown: (id: string) => boolean): Promise<DescribedKey[]> {
    const keys = this.#seen.get(userName) ?? (await this.listAccessKeys(userName));
    return this.#describe(
      userName,
      keys.filter((key) => !isKnown(key.AccessKeyId)),
    );
  }

  /** The last use of a key, by service and region. */
  async lastUse(userName: string | undefined, accessKeyId: string): Promise<LastUse | undefined> {
    const {
      LastUsedDate: at,
      ServiceName,
      Region,
    } = (await this.#lastUsed(userName, accessKeyId)).AccessKeyLastUsed;
    return at && { at: at.toISOString(), by: `${ServiceName} in ${Region}` };
  }

  /** Throws NOT_FOUND where there is no such key. */
  async #lastUsed(userName: string | undefined, accessKeyId: string): Promise<z.infer<typeof lastUsedReply>> {
    const { GetAccessKeyLastUsedCommand } = await import("@aws-sdk/client-iam");
    const command = new GetAccessKeyLastUsedCommand({ AccessKeyId: accessKeyId });
    try {
      const reply = await this.#send("GetAccessKeyLastUsed", userName, ({ repeating }) =>
        repeating.send(command),
      );
      return parseReply("GetAccessKeyLastUsed", lastUsedReply, reply);
    } catch (error) {
      // Who may not ask is refused the user whose key it is; where there is no such key, AWS names the key instead.
      const isGone =
        error instanceof IamKeysError &&
        error.code === "PERMISSION_DENIED" &&
        error.message.includes(`access key ${accessKeyId}`) &&
        // A policy that does not allow it is given as the reason.
        !error.message.includes(" because ");
      // No key has an id that is not well-formed.
      const isNone = error instanceof IamKeysError && error.code === "INVALID_ARGUMENT";
      throw isGone || isNone ? new IamKeysError("NOT_FOUND", error.message) : error;
    }
  }

  /**
   * Tries a new key: asks AWS who it belongs to, which needs no right.
   *
   * @param regions which must all know the key; none: the one of the caller's settings
   */
  async verifyAccessKey(
    accessKeyId: string,
    secretAccessKey: string,
    regions: readonly string[] = [],
  ): Promise<Verification> {
    const asked = regions.length > 0 ? [...new Set(regions)] : [this.#config.region];
    const answers = await Promise.all(
      asked.map((region) => this.#verifyIn(region, { accessKeyId, secretAccessKey })),
    );
    return answers.find((answer) => answer !== "works") ?? "works";
  }

  async #verifyIn(region: string, credentials: AwsCredentials): Promise<Verification> {
    const { GetCallerIdentityCommand, STSClient } = await import("@aws-sdk/client-sts");
    const { iam, sts: endpoint } = this.#endpoints;
    // Keys of a private installation must not be shown to the public cloud.
    if (iam !== undefined && endpoint === undefined) return { unclear: "aws:endpoints has no sts" };
    // Never destroyed: with it would go the connections of every client, which share their agents.
    const sts = new STSClient({
      ...this.#config,
      ...(endpoint === undefined ? {} : { endpoint }),
      region,
      credentials,
      maxAttempts: 1,
    });
    try {
      await sts.send(new GetCallerIdentityCommand({}));
      return "works";
    } catch (error) {
      const { code, status, message } = awsError("GetCallerIdentity", NEW_KEY, error);
      if (code === "UNAUTHENTICATED") return "refused";
      if (code === "PERMISSION_DENIED") return "works";
      if (status !== undefined && status < 500 && code !== "RATE_LIMITED") return { unclear: message };
      throw awsError("GetCallerIdentity", NEW_KEY, error);
    }
  }

  /** Remembers a new key that works, in case it is to succeed the one that the caller signs with. */
  offerSuccessor(userName: string | undefined, accessKeyId: string, secretAccessKey: string): void {
    this.#successors.set(userName, { accessKeyId, secretAccessKey });
  }

  /**
   * Whether the caller signs with this key and nothing can take its place. Where this run made another key of
   * the same user that works, the caller goes on with that one.
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

  /** Says what there is to know of keys; one that a list shows although it is gone is left out. */
  async #describe(userName: string | undefined, keys: readonly ListedAccessKey[]): Promise<DescribedKey[]> {
    const described = await Promise.all(
      keys.map(async ({ AccessKeyId: id, Status: status, CreateDate }) => {
        const facts = { id, status, createdAt: CreateDate?.toISOString() };
        try {
          const use = await this.lastUse(userName, id);
          return describedKey({ ...facts, lastUsedAt: use?.at, usedBy: use?.by });
        } catch (error) {
          return isNotFound(error) ? undefined : describedKey({ ...facts, lastUsedAt: "unknown" });
        }
      }),
    );
    return described.filter((key) => key !== undefined);
  }

  async #createOnce(userName: string | undefined, isOld: (id: string) => boolean): Promise<unknown> {
    const { CreateAccessKeyCommand } = await import("@aws-sdk/client-iam");
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#change("CreateAccessKey", userName, ({ once }) =>
          once.send(new CreateAccessKeyCommand(user(userName))),
        );
      } catch (error) {
        if (!(error instanceof IamKeysError)) throw error;
        if (!didNothing(error)) throw await this.#withNewKeysNamed(userName, error, isOld);
        if (error.code !== "RATE_LIMITED" || attempt === CREATE_ATTEMPTS) throw error;
        await this.#ports.sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1) * (0.5 + Math.random() / 2));
      }
    }
  }

  /**
   * A create of which nobody knows whether it made a key: AWS keys carry no mark, so a person must compare. Only keys
   * that came with it, that nobody here holds and that were never used can be meant.
   */
  async #withNewKeysNamed(
    userName: string | undefined,
    error: IamKeysError,
    isOld: (id: string) => boolean,
  ): Promise<IamKeysError> {
    const keys = await this.listAccessKeys(userName)
      .then(() => this.otherKeys(userName, isOld))
      .catch(() => undefined);
    const words = keys?.filter(({ lastUsedAt }) => lastUsedAt === undefined).map(({ words }) => words);
    const hint = !words
      ? `The keys of ${nameOf(userName)} could not be listed. Run again, and compare them with those of your stacks.`
      : words.length === 0
        ? `A list shows no new key of ${nameOf(userName)}; lists may lag. Run again.`
        : `New, and of no resource that this run has seen: ${words.join(" and ")}. Compare with your other stacks and with what people hold. Where nobody has it, this call made it, and its secret is lost: \`iam-keys sweep\` deletes it.`;
    const failure = new IamKeysError(error.code, error.message, { hint });
    failure.mayHaveWorked = true;
    return failure;
  }

  /** Sends what changes the user's keys: a list that was begun before its end is not the current one. */
  async #change<Reply>(
    operation: string,
    userName: string | undefined,
    call: (clients: Clients) => Promise<Reply>,
  ): Promise<Reply> {
    try {
      return await this.#send(operation, userName, (clients) => {
        this.#seen.clear();
        return call(clients);
      });
    } finally {
      this.#lists.delete(userName);
    }
  }

  /** Calls on one user go one after the other, as AWS refuses those that meet; calls on different ones side by side. */
  async #send<Reply>(
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
    return { repeating, once };
  }
}

function nameOf(userName: string | undefined): string {
  return userName === undefined ? "the caller's own user" : `user ${userName}`;
}

function user(userName: string | undefined): { UserName?: string } {
  return userName === undefined ? {} : { UserName: userName };
}

function unexpected(reply: unknown): IamKeysError {
  try {
    parseReply("CreateAccessKey", createReply, reply);
  } catch (error) {
    if (error instanceof IamKeysError) return error;
  }
  return new IamKeysError("UNEXPECTED_REPLY", "CreateAccessKey answered in an unknown shape.");
}
