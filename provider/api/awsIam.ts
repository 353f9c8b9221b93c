import type { IAMClient } from "@aws-sdk/client-iam";
import { z } from "zod";
import {
  type AwsClientConfig,
  type AwsCredentials,
  awsClientConfig,
  keepCredentials,
} from "../auth/awsCaller.ts";
import { IamKeysError, isNotFound, UnusableKey } from "../errors.ts";
import type { Ports } from "../ports.ts";
import { awsError, didNothing, isAnswer } from "./awsError.ts";
import { parseReply } from "./http.ts";
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
  AccessKeyLastUsed: z.object({
    LastUsedDate: z.date().optional(),
    ServiceName: z.string().optional(),
    Region: z.string().optional(),
  }),
});

export type CreatedAccessKey = z.infer<typeof createReply>["AccessKey"];
export type ListedAccessKey = z.infer<typeof listReply>["AccessKeyMetadata"][number];

/** A key for a person to decide about. */
export interface DescribedKey {
  readonly id: string;
  /** RFC 3339; absent where AWS does not say. */
  readonly createdAt: string | undefined;
  /** The same; absent where it never was, or where the caller may not see it. */
  readonly lastUsedAt: string | undefined;
  /** Its id, status, age and last use. */
  readonly words: string;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const NEW_KEY = { service: "sts", name: "the new key" } as const;
const KEYS_A_USER = 2;
const CREATE_ATTEMPTS = 5;
const FIRST_PAUSE_MS = 500;

interface Clients {
  readonly repeating: IAMClient;
  /** Sends everything once, whatever comes of it. */
  readonly once: IAMClient;
}

/** The AWS IAM API as the configured caller sees it. Knows nothing of Pulumi. */
export class AwsIam {
  readonly #ports: Ports;
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
  }

  /** How a client of another service signs as this one does: with a successor of its first key, too. */
  get clientConfig(): AwsClientConfig {
    return this.#config;
  }

  /**
   * Makes a key. CreateAccessKey has no idempotency token: sent twice it makes two keys, so it is repeated
   * only where the first one cannot have done anything.
   */
  async createAccessKey(userName: string | undefined): Promise<CreatedAccessKey> {
    const reply = await this.#createOnce(userName);
    const parsed = createReply.safeParse(reply);
    if (parsed.success) return parsed.data.AccessKey;
    const made = createdKeyId.safeParse(reply);
    if (!made.success) throw await this.#withKeysNamed(userName, unexpected(reply));
    throw new UnusableKey(made.data.AccessKey.AccessKeyId, unexpected(reply));
  }

  async setStatus(userName: string | undefined, accessKeyId: string, to: AccessKeyStatus): Promise<void> {
    const { UpdateAccessKeyCommand } = await import("@aws-sdk/client-iam");
    const command = new UpdateAccessKeyCommand({ ...user(userName), AccessKeyId: accessKeyId, Status: to });
    await this.#change("UpdateAccessKey", userName, ({ repeating }) => repeating.send(command));
  }

  /** Deletes the key; one that is already gone counts as deleted. */
  async deleteAccessKey(userName: string | undefined, accessKeyId: string): Promise<void> {
    const { DeleteAccessKeyCommand } = await import("@aws-sdk/client-iam");
    const command = new DeleteAccessKeyCommand({ ...user(userName), AccessKeyId: accessKeyId });
    try {
      await this.#change("DeleteAccessKey", userName, ({ repeating }) => repeating.send(command));
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  /** The keys of the user, none where the user is gone. */
  async listAccessKeys(userName: string | undefined): Promise<ListedAccessKey[]> {
    const { ListAccessKeysCommand } = await import("@aws-sdk/client-iam");
    const keys: ListedAccessKey[] = [];
    let marker: string | undefined;
    try {
      do {
        const command = new ListAccessKeysCommand({
          ...user(userName),
          ...(marker ? { Marker: marker } : {}),
        });
        const reply = await this.#send("ListAccessKeys", userName, ({ repeating }) =>
          repeating.send(command),
        );
        const page = parseReply("ListAccessKeys", listReply, reply);
        keys.push(...page.AccessKeyMetadata);
        marker = page.IsTruncated ? page.Marker : undefined;
      } while (marker);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
    this.#seen.set(userName, keys);
    return keys;
  }

  /** The key as a list of its user's keys has it, which all share who read before something is changed. */
  async readAccessKey(
    userName: string | undefined,
    accessKeyId: string,
  ): Promise<ListedAccessKey | undefined> {
    const list = this.#lists.get(userName) ?? share(this.#lists, userName, this.listAccessKeys(userName));
    return (await list).find((key) => key.AccessKeyId === accessKeyId);
  }

  /**
   * Throws where the user has no room for one more key. Keys that are not ours are never touched: the error
   * names them, for a person to decide.
   */
  async requireRoom(userName: string | undefined, isOwn: (id: string) => boolean): Promise<void> {
    const keys = await this.listAccessKeys(userName);
    const foreign = keys.filter((key) => !isOwn(key.AccessKeyId));
    if (keys.length < KEYS_A_USER || foreign.length === 0) return;
    const named = await Promise.all(foreign.map((key) => this.#describe(userName, key)));
    throw new IamKeysError(
      "LIMIT_EXCEEDED",
      `AWS allows ${KEYS_A_USER} access keys a user, and there is no room for one more. Not of this resource: ${named.map(({ words }) => words).join("; ")}.`,
      { hint: "Nothing was changed. Delete a key that nobody uses, then run again." },
    );
  }

  /** The keys of the user that are not among those. */
  async otherKeys(userName: string | undefined, isKnown: (id: string) => boolean): Promise<DescribedKey[]> {
    const keys = this.#seen.get(userName) ?? (await this.listAccessKeys(userName));
    const others = keys.filter((key) => !isKnown(key.AccessKeyId));
    return Promise.all(others.map((key) => this.#describe(userName, key)));
  }

  /** The last use of a key, by service and region. */
  async lastUse(userName: string | undefined, accessKeyId: string): Promise<LastUse | undefined> {
    const { GetAccessKeyLastUsedCommand } = await import("@aws-sdk/client-iam");
    const command = new GetAccessKeyLastUsedCommand({ AccessKeyId: accessKeyId });
    const reply = await this.#send("GetAccessKeyLastUsed", userName, ({ repeating }) =>
      repeating.send(command),
    );
    const {
      LastUsedDate: at,
      ServiceName,
      Region,
    } = parseReply("GetAccessKeyLastUsed", lastUsedReply, reply).AccessKeyLastUsed;
    return at && { at: at.toISOString(), by: `${ServiceName} in ${Region}` };
  }

  /** Tries a new key: asks AWS who it belongs to, which needs no right. */
  async verifyAccessKey(accessKeyId: string, secretAccessKey: string): Promise<Verification> {
    const { GetCallerIdentityCommand, STSClient } = await import("@aws-sdk/client-sts");
    // Never destroyed: with it would go the connections of every client, which share their agents.
    const sts = new STSClient({
      ...this.#config,
      credentials: { accessKeyId, secretAccessKey },
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
    this.#clients ??= this.#connect();
    const own = await (await this.#clients).repeating.config.credentials().catch(() => undefined);
    if (own?.accessKeyId !== accessKeyId) return false;
    const successor = this.#successors.get(userName);
    if (!successor || successor.accessKeyId === accessKeyId) return true;
    this.#config = { ...this.#config, credentials: async () => successor };
    this.#clients = this.#connect();
    return false;
  }

  async #describe(userName: string | undefined, key: ListedAccessKey): Promise<DescribedKey> {
    const { AccessKeyId: id, Status, CreateDate } = key;
    const createdAt = CreateDate?.toISOString();
    const use = await this.lastUse(userName, id).catch(() => "unknown" as const);
    const used =
      use === "unknown" ? "last use not known" : use ? `last used ${use.at} by ${use.by}` : "never used";
    return {
      id,
      createdAt,
      lastUsedAt: use === "unknown" ? undefined : use?.at,
      words: `${id} (${Status}, made ${createdAt ?? "at an unknown time"}, ${used})`,
    };
  }

  async #createOnce(userName: string | undefined): Promise<unknown> {
    const { CreateAccessKeyCommand } = await import("@aws-sdk/client-iam");
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#change("CreateAccessKey", userName, ({ once }) =>
          once.send(new CreateAccessKeyCommand(user(userName))),
        );
      } catch (error) {
        if (!(error instanceof IamKeysError)) throw error;
        if (!didNothing(error)) throw await this.#withKeysNamed(userName, error);
        if (error.code !== "RATE_LIMITED" || attempt === CREATE_ATTEMPTS) throw error;
        await this.#ports.sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1) * (0.5 + Math.random() / 2));
      }
    }
  }

  /** A create of which nobody knows whether it made a key: AWS keys carry no mark, so a person must look. */
  async #withKeysNamed(userName: string | undefined, error: IamKeysError): Promise<IamKeysError> {
    const keys = await this.listAccessKeys(userName).catch(() => undefined);
    const list = keys?.map(
      (key) => `${key.AccessKeyId} (created ${key.CreateDate?.toISOString() ?? "at an unknown time"})`,
    );
    const found = list
      ? `The user now has ${list.length ? list.join(" and ") : "no key"}`
      : "The user's keys could not be listed";
    return new IamKeysError(error.code, `${error.message} It is not known whether a key was made.`, {
      hint: `${found}: a key that no stack and nobody else knows was made by this call, and its secret is lost; delete it, then run again.`,
    });
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
    this.#clients ??= this.#connect();
    const clients = await this.#clients;
    try {
      return await call(clients);
    } catch (error) {
      if (isAnswer(error)) await keepCredentials(clients.repeating);
      throw awsError(operation, { service: "iam", name: nameOf(userName) }, error);
    }
  }

  async #connect(): Promise<Clients> {
    const { IAMClient } = await import("@aws-sdk/client-iam");
    const repeating = new IAMClient({ ...this.#config, maxAttempts: 5 });
    // The second client takes over the first one's credentials, so that they are looked up once.
    const once = new IAMClient({
      ...this.#config,
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
