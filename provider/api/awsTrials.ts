import type { AwsCredentials } from "../auth/aws/credentials.ts";
import { awsError } from "./awsError.ts";
import type { AwsRequests } from "./awsRequests.ts";
import type { Verification } from "./verification.ts";

const NEW_KEY = { service: "sts", name: "the new key" } as const;

/** Uses keys of AWS once, as their consumers would. */
export class AwsTrials {
  readonly #requests: AwsRequests;

  constructor(requests: AwsRequests) {
    this.#requests = requests;
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
    const asked = regions.length > 0 ? [...new Set(regions)] : [this.#requests.config.region];
    const answers = await Promise.all(
      asked.map((region) => this.#verifyIn(region, { accessKeyId, secretAccessKey })),
    );
    return answers.find((answer) => answer !== "works") ?? "works";
  }

  async #verifyIn(region: string, credentials: AwsCredentials): Promise<Verification> {
    const { GetCallerIdentityCommand, STSClient } = await import("@aws-sdk/client-sts");
    const { iam, sts: endpoint } = this.#requests.endpoints;
    // Keys of a private installation must not be shown to the public cloud.
    if (iam !== undefined && endpoint === undefined) return { unclear: "aws:endpoints has no sts" };
    // Never destroyed: with it would go the connections of every client, which share their agents.
    const sts = new STSClient({
      ...this.#requests.config,
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
}
