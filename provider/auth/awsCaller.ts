import type { NodeHttpHandlerOptions } from "@smithy/types";
import { createAgents } from "../api/agents.ts";
import { WHERE_CREDENTIALS_GO } from "../api/awsError.ts";
import { requireNear } from "../api/endpoints.ts";
import { IamKeysError } from "../errors.ts";
import type { Ports } from "../ports.ts";
import { keepSecret } from "../redact.ts";
import { VERSION } from "../version.ts";
import { assumedRoles } from "./aws/assumedRole.ts";
import { assumeRoles } from "./aws/assumeRoles.ts";
import type { AwsCredentials } from "./aws/credentials.ts";
import { awsEndpoint, awsEndpoints } from "./aws/endpoints.ts";
import { hasNoCredentials } from "./aws/hasNoCredentials.ts";
import { awsProfile } from "./aws/profile.ts";
import { refuseUnknownSettings } from "./aws/refusedSettings.ts";

/** IAM is one service for the whole of AWS; a region is needed for the signature all the same. */
const DEFAULT_REGION = "us-east-1";

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
 * How an AWS client of the caller is set up: by the configuration names of @pulumi/aws if they are set, else by the
 * SDK's own default chain of credentials. Throws if a setting is wrong, or it is certain that there are no credentials;
 * sends nothing. aws:accessKey with aws:secretKey and aws:token wins over aws:profile, like in @pulumi/aws. It has no
 * address: `awsEndpoints` has those that are set.
 */
export function awsClientConfig(ports: Ports): AwsClientConfig {
  refuseUnknownSettings(ports);
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
  const given = accessKeyId && secretAccessKey && { accessKeyId, secretAccessKey };
  if (!given) requireCredentials(ports);
  const endpoints = awsEndpoints(ports);
  const agents = createAgents(
    awsEndpoint(endpoints, "iam") ?? "https://iam.amazonaws.com",
    ports.environment,
  );
  const own: AwsClientConfig = {
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
  const roles = assumedRoles(ports);
  if (roles.length === 0) return own;
  const sts = awsEndpoint(endpoints, "sts");
  const asRole = assumeRoles(roles, sts === undefined ? own : { ...own, endpoint: sts }, () => ports.now());
  const { profile: _, ...others } = own;
  return { ...others, credentials: asRole };
}

/** Throws if it is certain that the SDK's chain will find nothing. */
function requireCredentials(ports: Ports): void {
  const found = awsProfile(ports);
  if (found.missing) throw found.missing;
  const variable = "AWS_EC2_METADATA_SERVICE_ENDPOINT";
  for (const [source, value] of [
    [`environment variable ${variable}`, ports.environment[variable]],
    ["ec2_metadata_service_endpoint in the profile of the AWS CLI", found.metadataEndpoint],
  ] as const)
    if (value && URL.canParse(value)) requireNear(new URL(value), source, ports);
  if (!hasNoCredentials(ports, found)) return;
  throw new IamKeysError("NO_CREDENTIALS", "There are no AWS credentials to make requests with.", {
    hint: WHERE_CREDENTIALS_GO,
  });
}

/** The region that the caller has set, if there is one: it says in which partition of AWS the account is, too. */
export function awsRegion(ports: Ports): string | undefined {
  const { config, environment } = ports;
  const named = config("aws:region") || environment.AWS_REGION || environment.AWS_DEFAULT_REGION;
  return named || awsProfile(ports).region;
}
