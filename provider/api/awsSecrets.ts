import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import * as z from "zod";
import { keepCredentials } from "../auth/aws/credentials.ts";
import { awsRegion } from "../auth/awsCaller.ts";
import { IamKeysError, isListRefused, isNotFound } from "../errors.ts";
import type { Ports } from "../ports.ts";
import { awsError, didNothing, isAnswer, wasRepeated } from "./awsError.ts";
import type { AwsIam } from "./awsIam.ts";
import { parseReply } from "./http.ts";

const CURRENT = "AWSCURRENT";
const PREVIOUS = "AWSPREVIOUS";

const describeReply = z.object({
  DeletedDate: z.date().optional(),
  VersionIdsToStages: z.record(z.string(), z.array(z.string())).default({}),
});
const putReply = z.object({ VersionId: z.string().min(1) });

/** AWS Secrets Manager as the caller of AWS IAM sees it. Knows nothing of Pulumi. */
export class AwsSecrets {
  readonly #ports: Ports;
  readonly #iam: AwsIam;

  constructor(ports: Ports, iam: AwsIam) {
    this.#ports = ports;
    this.#iam = iam;
  }

  /**
   * Throws if the address of the service, or the region of the secret, is not known. Secrets, unlike users, belong to a
   * region.
   */
  requireRegion(secretId: string): string {
    this.#iam.requests.requireEndpoint("secretsmanager");
    const region = regionOf(secretId) ?? awsRegion(this.#ports);
    if (region) return region;
    throw new IamKeysError("INVALID_CONFIG", "outputToSecretsManager needs a region.", {
      hint: "Set aws:region in the stack's config, or AWS_REGION, or the profile's region, or give secretId as an ARN.",
    });
  }

  /** Makes a version with that value the current one, which makes the one before it AWSPREVIOUS; gives its id. */
  async putVersion(secretId: string, value: string, token: string): Promise<string> {
    const { PutSecretValueCommand } = await import("@aws-sdk/client-secrets-manager");
    const command = new PutSecretValueCommand({
      SecretId: secretId,
      SecretString: value,
      ClientRequestToken: token,
      VersionStages: [CURRENT],
    });
    const reply = await this.#send("PutSecretValue", secretId, (client) => client.send(command));
    return parseReply("PutSecretValue", putReply, reply).VersionId;
  }

  /**
   * Whether the service keeps that version: without a label it may be deleted at any time. Undefined if the caller may
   * not see that.
   */
  async hasVersion(secretId: string, versionId: string): Promise<boolean | undefined> {
    const { DescribeSecretCommand } = await import("@aws-sdk/client-secrets-manager");
    const command = new DescribeSecretCommand({ SecretId: secretId });
    try {
      const reply = await this.#send("DescribeSecret", secretId, (client) => client.send(command));
      const { DeletedDate, VersionIdsToStages } = parseReply("DescribeSecret", describeReply, reply);
      return DeletedDate === undefined && (VersionIdsToStages[versionId]?.length ?? 0) > 0;
    } catch (error) {
      if (isNotFound(error)) return false;
      if (isListRefused(error)) return undefined;
      throw error;
    }
  }

  /** Takes AWSPREVIOUS from that version, which the service then deletes in its own time. */
  async dropPrevious(secretId: string, versionId: string): Promise<void> {
    const { UpdateSecretVersionStageCommand } = await import("@aws-sdk/client-secrets-manager");
    const command = new UpdateSecretVersionStageCommand({
      SecretId: secretId,
      VersionStage: PREVIOUS,
      RemoveFromVersionId: versionId,
    });
    try {
      await this.#send("UpdateSecretVersionStage", secretId, (client) => client.send(command));
    } catch (error) {
      // The label is at another version, or the secret is gone.
      if (!(error instanceof IamKeysError) || !["INVALID_ARGUMENT", "NOT_FOUND"].includes(error.code))
        throw error;
    }
  }

  async #send<Reply>(
    operation: string,
    secretId: string,
    call: (client: SecretsManagerClient) => Promise<Reply>,
  ): Promise<Reply> {
    const { SecretsManagerClient } = await import("@aws-sdk/client-secrets-manager");
    const region = this.requireRegion(secretId);
    // Made for each call, because the caller may use another key by now. The agents keep the connections.
    const config = await this.#iam.requests.clientConfig("secretsmanager");
    const client = new SecretsManagerClient({ ...config, region, maxAttempts: 5 });
    try {
      return await call(client);
    } catch (error) {
      if (isAnswer(error)) await keepCredentials(client);
      const failure = awsError(operation, { service: "secretsmanager", name: `secret ${secretId}` }, error);
      failure.mayHaveWorked = !didNothing(failure) || wasRepeated(error);
      throw failure;
    }
  }
}

/** arn:aws:secretsmanager:eu-central-1:123456789012:secret:name */
function regionOf(secretId: string): string | undefined {
  return /^arn:[\w-]+:secretsmanager:([\w-]+):/.exec(secretId)?.[1];
}
