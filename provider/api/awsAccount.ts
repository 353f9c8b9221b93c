import type { STSClientConfig } from "@aws-sdk/client-sts";
import * as z from "zod";
import { keepCredentials } from "../auth/aws/credentials.ts";
import { awsEndpoint, awsEndpoints } from "../auth/aws/endpoints.ts";
import { readStructured } from "../auth/aws/structured.ts";
import { IamKeysError } from "../errors.ts";
import type { Ports } from "../ports.ts";
import { awsError } from "./awsError.ts";
import { parseReply } from "./http.ts";

/** `pulumi config set --path` makes a number of what looks like one, and a number has no zeros before it. */
const accountIds = z.array(z.union([z.string(), z.number()]).transform((id) => String(id).padStart(12, "0")));
const identity = z.object({ Account: z.string().min(1) });

/** Which AWS accounts the stack's config lets requests be made in. */
export class AwsAccount {
  readonly #allowed: readonly string[] | undefined;
  readonly #forbidden: readonly string[] | undefined;
  readonly #endpoint: string | undefined;
  #checked: Promise<void> | undefined;

  /** Throws if the settings are wrong; sends nothing. */
  constructor(ports: Ports) {
    this.#allowed = readIds(ports, "aws:allowedAccountIds");
    this.#forbidden = readIds(ports, "aws:forbiddenAccountIds");
    if (this.#allowed || this.#forbidden) this.#endpoint = awsEndpoint(awsEndpoints(ports), "sts");
    if (!this.#allowed || !this.#forbidden) return;
    throw new IamKeysError(
      "INVALID_CONFIG",
      "aws:allowedAccountIds and aws:forbiddenAccountIds are both set.",
      {
        hint: "Keep one and remove the other.",
      },
    );
  }

  /** Throws if the caller's account is not to be touched: AWS is asked once, before anything else is. */
  async requireAllowed(config: STSClientConfig): Promise<void> {
    if (!this.#allowed && !this.#forbidden) return;
    this.#checked ??= this.#check(config).catch((error) => {
      this.#checked = undefined;
      throw error;
    });
    return this.#checked;
  }

  async #check(config: STSClientConfig): Promise<void> {
    const account = await accountOf(
      this.#endpoint === undefined ? config : { ...config, endpoint: this.#endpoint },
    ).catch((error) => {
      error.neverSent = true;
      throw error;
    });
    const name = this.#allowed ? "aws:allowedAccountIds" : "aws:forbiddenAccountIds";
    const isIn = (this.#allowed ?? this.#forbidden)?.includes(account) === true;
    if (isIn === (this.#allowed !== undefined)) return;
    const refused = new IamKeysError(
      "INVALID_CONFIG",
      `The caller's credentials belong to AWS account ${account}, which stack config ${name} ${this.#allowed ? "does not list" : "lists"}.`,
      { hint: "Nothing else was sent. Run with credentials of the right account." },
    );
    refused.neverSent = true;
    throw refused;
  }
}

function readIds(ports: Ports, name: string): readonly string[] | undefined {
  const ids = readStructured(ports, name, accountIds);
  return ids?.length ? ids : undefined;
}

async function accountOf(config: STSClientConfig): Promise<string> {
  const { GetCallerIdentityCommand, STSClient } = await import("@aws-sdk/client-sts");
  const sts = new STSClient({ ...config, maxAttempts: 5 });
  try {
    const reply = await sts.send(new GetCallerIdentityCommand({}));
    return parseReply("GetCallerIdentity", identity, reply).Account;
  } catch (error) {
    await keepCredentials(sts);
    throw awsError("GetCallerIdentity", { service: "sts", name: "the caller" }, error);
  }
}
