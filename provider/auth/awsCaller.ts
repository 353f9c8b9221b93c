import type { NodeHttpHandlerOptions } from "@smithy/types";
import { createAgents } from "../api/agents.ts";
import { IamKeysError } from "../errors.ts";
import type { Ports } from "../ports.ts";
import { keepSecret } from "../redact.ts";
import { VERSION } from "../version.ts";

/** IAM is one service for the whole of AWS; a region is needed for the signature all the same. */
const DEFAULT_REGION = "us-east-1";

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** What every AWS client of the caller is made with. */
export interface AwsClientConfig {
  readonly region: string;
  /** A function, so that printing this does not show them. */
  readonly credentials?: () => Promise<AwsCredentials>;
  readonly profile?: string;
  readonly requestHandler: NodeHttpHandlerOptions;
  readonly customUserAgent: [string, string][];
}

/**
 * How an AWS client of the caller is set up: by the configuration names of @pulumi/aws where they are set
 * (aws:accessKey with aws:secretKey and aws:token win over aws:profile, as there), else by the SDK's own
 * default chain of credentials.
 */
export function awsClientConfig(ports: Ports): AwsClientConfig {
  const config = (name: string) => ports.config(`aws:${name}`) || undefined;
  const accessKeyId = config("accessKey");
  const secretAccessKey = config("secretKey");
  const sessionToken = config("token");
  const profile = config("profile");
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined)) {
    throw new IamKeysError(
      "INVALID_CONFIG",
      `stack config aws:${accessKeyId ? "accessKey" : "secretKey"} is set without aws:${accessKeyId ? "secretKey" : "accessKey"}.`,
      { hint: "Set both, or neither." },
    );
  }
  if (sessionToken !== undefined && accessKeyId === undefined) {
    throw new IamKeysError(
      "INVALID_CONFIG",
      "stack config aws:token is set without aws:accessKey and aws:secretKey.",
    );
  }
  for (const secret of [secretAccessKey, sessionToken]) if (secret) keepSecret(secret);
  const agents = createAgents(
    ports.environment.AWS_ENDPOINT_URL ?? "https://iam.amazonaws.com",
    ports.environment,
  );
  const given = accessKeyId && secretAccessKey && { accessKeyId, secretAccessKey };
  return {
    region: awsRegion(ports) ?? DEFAULT_REGION,
    ...(given ? { credentials: async () => ({ ...given, ...(sessionToken ? { sessionToken } : {}) }) } : {}),
    ...(profile && !accessKeyId ? { profile } : {}),
    requestHandler: {
      connectionTimeout: 5_000,
      requestTimeout: 30_000,
      throwOnRequestTimeout: true,
      httpAgent: agents.http,
      httpsAgent: agents.https,
    },
    customUserAgent: [["pulumi-iam-keys", VERSION]],
  };
}

/** The region that the caller has set, where there is one. */
export function awsRegion({ config, environment }: Ports): string | undefined {
  return config("aws:region") || environment.AWS_REGION || environment.AWS_DEFAULT_REGION || undefined;
}

/**
 * Keeps the credentials of a client out of all that is printed: the answer to a refused signature tells what was signed,
 * and the session token is part of that. They may come from the SDK's own chain: then nobody here has seen them before.
 */
export async function keepCredentials(client: {
  readonly config: { credentials(): Promise<Partial<AwsCredentials>> };
}): Promise<void> {
  const own = await client.config.credentials().catch(() => undefined);
  for (const secret of [own?.secretAccessKey, own?.sessionToken]) if (secret) keepSecret(secret);
}
