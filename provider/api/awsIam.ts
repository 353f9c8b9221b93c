import type { IAMClient, IAMClientConfig } from "@aws-sdk/client-iam";
import { z } from "zod";
import { awsClientConfig } from "../auth/awsCaller.ts";
import { IamKeysError, UnusableKey } from "../errors.ts";
import type { Ports } from "../ports.ts";
import { awsError } from "./awsError.ts";
import { parseReply } from "./http.ts";

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
    z.object({ AccessKeyId: z.string(), Status: status, CreateDate: z.date().optional() }),
  ),
  IsTruncated: z.boolean().optional(),
  Marker: z.string().optional(),
});

export type CreatedAccessKey = z.infer<typeof createReply>["AccessKey"];
export type ListedAccessKey = z.infer<typeof listReply>["AccessKeyMetadata"][number];

const CREATE_ATTEMPTS = 5;
const FIRST_PAUSE_MS = 500;

/** The AWS IAM API as the configured caller sees it. Knows nothing of Pulumi. */
export class AwsIam {
  readonly #ports: Ports;
  readonly #config: IAMClientConfig;
  #clients: Promise<{ repeating: IAMClient; once: IAMClient }> | undefined;

  /** Throws where the settings are wrong; sends nothing. */
  constructor(ports: Ports) {
    this.#ports = ports;
    this.#config = awsClientConfig(ports);
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
    await this.#send("UpdateAccessKey", userName, ({ repeating }) => repeating.send(command));
  }

  /** Deletes the key; one that is already gone counts as deleted. */
  async deleteAccessKey(userName: string | undefined, accessKeyId: string): Promise<void> {
    const { DeleteAccessKeyCommand } = await import("@aws-sdk/client-iam");
    const command = new DeleteAccessKeyCommand({ ...user(userName), AccessKeyId: accessKeyId });
    try {
      await this.#send("DeleteAccessKey", userName, ({ repeating }) => repeating.send(command));
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
    return keys;
  }

  async #createOnce(userName: string | undefined): Promise<unknown> {
    const { CreateAccessKeyCommand } = await import("@aws-sdk/client-iam");
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#send("CreateAccessKey", userName, ({ once }) =>
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

  async #send<Reply>(
    operation: string,
    userName: string | undefined,
    call: (clients: { repeating: IAMClient; once: IAMClient }) => Promise<Reply>,
  ): Promise<Reply> {
    this.#clients ??= this.#connect();
    try {
      return await call(await this.#clients);
    } catch (error) {
      throw awsError(operation, userName, error);
    }
  }

  async #connect() {
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

function user(userName: string | undefined): { UserName?: string } {
  return userName === undefined ? {} : { UserName: userName };
}

/** Whether the request was refused, or never arrived: in both cases no key was made. */
function didNothing(error: IamKeysError): boolean {
  return (
    (error.status !== undefined && error.status >= 400 && error.status < 500) ||
    error.code === "NO_CREDENTIALS" ||
    error.code === "CONNECTION_REFUSED"
  );
}

function isNotFound(error: unknown): boolean {
  return error instanceof IamKeysError && error.code === "NOT_FOUND";
}

function unexpected(reply: unknown): IamKeysError {
  try {
    parseReply("CreateAccessKey", createReply, reply);
  } catch (error) {
    if (error instanceof IamKeysError) return error;
  }
  return new IamKeysError("UNEXPECTED_REPLY", "CreateAccessKey answered in an unknown shape.");
}
