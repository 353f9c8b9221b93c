import type * as z from "zod";
import { IamKeysError, isNotFound, messageOf, UnusableKey } from "../errors.ts";
import type { Ports } from "../ports.ts";
import { keepSecretsIn } from "../redact.ts";
import { didNothing } from "./awsError.ts";
import {
  type AccessKeyStatus,
  type CreatedAccessKey,
  createdKeyId,
  createReply,
  type FoundAccessKey,
  type ListedAccessKey,
  lastUsedReply,
  listReply,
  unexpected,
  usersReply,
} from "./awsReplies.ts";
import { AwsRequests, type Clients, nameOf } from "./awsRequests.ts";
import { AwsTrials } from "./awsTrials.ts";
import { type DescribedKey, describedKey } from "./describedKey.ts";
import { parseReply } from "./http.ts";
import { allPages } from "./pages.ts";
import { share } from "./shared.ts";
import type { LastUse } from "./verification.ts";

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const KEYS_A_USER = 2;
const CREATE_ATTEMPTS = 5;
const FIRST_PAUSE_MS = 500;
/** How long a list is asked again for a key, if nothing else may be asked. */
const LIST_PAUSES_MS = [1_000, 3_000, 6_000];

type KnownUse = (key: ListedAccessKey, listed: readonly ListedAccessKey[]) => LastUse | undefined;

/** The AWS IAM API as the configured caller sees it. Knows nothing of Pulumi. */
export class AwsIam {
  readonly requests: AwsRequests;
  readonly trials: AwsTrials;
  readonly #ports: Ports;
  /** The keys of each user as this process last saw them, unless it has changed them since. */
  readonly #seen = new Map<string | undefined, readonly ListedAccessKey[]>();
  readonly #lists = new Map<string | undefined, Promise<ListedAccessKey[]>>();

  /** Throws if the settings are wrong; sends nothing. */
  constructor(ports: Ports) {
    this.#ports = ports;
    this.requests = new AwsRequests(ports);
    this.trials = new AwsTrials(this.requests);
  }

  /**
   * Makes a key. CreateAccessKey has no idempotency token: sent twice, it makes two keys. So it is retried only if the
   * first request cannot have done anything.
   *
   * @param isKnown whether that is the id of a key which somebody here holds
   */
  async createAccessKey(
    userName: string | undefined,
    isKnown: (id: string) => boolean,
  ): Promise<CreatedAccessKey> {
    // A key that existed before does not come from this call, whatever the clocks say.
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

  /** The keys of the user, none if the user is gone. */
  async listAccessKeys(userName: string | undefined): Promise<ListedAccessKey[]> {
    let keys: ListedAccessKey[] = [];
    try {
      keys = await this.#listKeys(userName);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
    this.#seen.set(userName, keys);
    return keys;
  }

  /** The names of all users of the account. */
  async listUserNames(): Promise<string[]> {
    const { ListUsersCommand } = await import("@aws-sdk/client-iam");
    return allPages("ListUsers", async (marker) => {
      const command = new ListUsersCommand(marker ? { Marker: marker } : {});
      const reply = await this.requests.send("ListUsers", undefined, ({ repeating }) =>
        repeating.send(command),
      );
      const page = parseReply("ListUsers", usersReply, reply);
      const names = page.Users.map(({ UserName }) => UserName);
      return { items: names, next: page.IsTruncated ? page.Marker : undefined };
    });
  }

  /**
   * All keys of the user; throws NOT_FOUND if there is no such user.
   *
   * @param knownUse the last use of one of these keys, if AWS need not be asked for it
   */
  async keysOfUser(userName: string, knownUse?: KnownUse): Promise<DescribedKey[]> {
    return this.#describe(userName, await this.#listKeys(userName), knownUse);
  }

  async #listKeys(userName: string | undefined): Promise<ListedAccessKey[]> {
    const { ListAccessKeysCommand } = await import("@aws-sdk/client-iam");
    return allPages("ListAccessKeys", async (marker) => {
      const command = new ListAccessKeysCommand({
        ...user(userName),
        ...(marker ? { Marker: marker } : {}),
      });
      const reply = await this.requests.send("ListAccessKeys", userName, ({ repeating }) =>
        repeating.send(command),
      );
      const page = parseReply("ListAccessKeys", listReply, reply);
      return { items: page.AccessKeyMetadata, next: page.IsTruncated ? page.Marker : undefined };
    });
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

  /** Does something to a key; if there is no such key of that user, to that of the user whose key it is now. */
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
      // AWS says the same of a key that is gone as of a key whose user has another name now.
      if (!/\buser\b/i.test(messageOf(error))) throw error;
      throw new IamKeysError("PERMISSION_DENIED", messageOf(error), {
        hint: `Key ${accessKeyId} may be gone, or its user may have another name now. To find out, allow the caller iam:GetAccessKeyLastUsed.`,
      });
    }
  }

  /**
   * Throws if the user has no room for one more key. Keys that are not ours are never touched: the error names them,
   * for a person to decide.
   *
   * @param whose what to say of a key that is not ours
   */
  async requireRoom(
    userName: string | undefined,
    isOwn: (id: string) => boolean,
    whose: (id: string) => string,
  ): Promise<void> {
    const keys = await this.listAccessKeys(userName);
    const foreign = keys.filter((key) => !isOwn(key.AccessKeyId));
    if (keys.length < KEYS_A_USER || foreign.length === 0) return;
    const named = await this.#describe(userName, foreign);
    if (named.length === 0) return;
    throw new IamKeysError(
      "LIMIT_EXCEEDED",
      `AWS allows ${KEYS_A_USER} access keys per user, and there is no room for one more. These do not belong to this resource: ${named.map(({ id, words }) => `${words}${whose(id)}`).join("; ")}.`,
      {
        hint: "Nothing was changed. If one of them belongs to no stack and nobody has it, delete it, or make it inactive first to see whether somebody misses it. Then run again.",
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

  /** Throws NOT_FOUND if there is no such key. */
  async #lastUsed(userName: string | undefined, accessKeyId: string): Promise<z.infer<typeof lastUsedReply>> {
    const { GetAccessKeyLastUsedCommand } = await import("@aws-sdk/client-iam");
    const command = new GetAccessKeyLastUsedCommand({ AccessKeyId: accessKeyId });
    try {
      const reply = await this.requests.send("GetAccessKeyLastUsed", userName, ({ repeating }) =>
        repeating.send(command),
      );
      return parseReply("GetAccessKeyLastUsed", lastUsedReply, reply);
    } catch (error) {
      // If the caller may not ask, the refusal names the user whose key it is. If there is no such key, it names the
      // key.
      const isGone =
        error instanceof IamKeysError &&
        error.code === "PERMISSION_DENIED" &&
        error.message.includes(`access key ${accessKeyId}`) &&
        // AWS names a missing permission as the reason.
        !error.message.includes(" because ");
      // No key has an id that is not well-formed.
      const isNone = error instanceof IamKeysError && error.code === "INVALID_ARGUMENT";
      throw isGone || isNone ? new IamKeysError("NOT_FOUND", error.message) : error;
    }
  }

  /** Says what there is to know of keys; one that a list shows although it is gone is left out. */
  async #describe(
    userName: string | undefined,
    keys: readonly ListedAccessKey[],
    knownUse?: KnownUse,
  ): Promise<DescribedKey[]> {
    const described = await Promise.all(
      keys.map(async (key) => {
        const { AccessKeyId: id, Status: status, CreateDate } = key;
        const facts = { id, status, createdAt: CreateDate?.toISOString() };
        try {
          const use = knownUse?.(key, keys) ?? (await this.lastUse(userName, id));
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
   * It is unknown whether a create made a key. AWS keys carry no mark, so a person must compare. Only keys that
   * appeared with it, that nobody here holds and that were never used can come from it.
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
        : `New, and of no resource that this run has seen: ${words.join(" and ")}. Compare with your other stacks and with the keys that people hold. If nobody has it, this call made it, and its secret is lost: \`iam-keys sweep\` deletes it.`;
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
      return await this.requests.send(operation, userName, (clients) => {
        this.#seen.clear();
        return call(clients);
      });
    } finally {
      this.#lists.delete(userName);
    }
  }
}

function user(userName: string | undefined): { UserName?: string } {
  return userName === undefined ? {} : { UserName: userName };
}
