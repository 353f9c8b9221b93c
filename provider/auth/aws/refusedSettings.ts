import { IamKeysError } from "../../errors.ts";
import type { Ports } from "../../ports.ts";

const inEnvironment = (name: string) => `Set ${name} in the environment instead.`;

/**
 * Settings of @pulumi/aws about where requests go, or who makes them, that do not exist here. Each is listed with its
 * replacement. docs/credentials.md lists those that change nothing here.
 */
const REFUSED: Readonly<Record<string, string>> = {
  assumeRoleWithWebIdentity: inEnvironment("AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE"),
  customCaBundle: inEnvironment("SSL_CERT_FILE"),
  ec2MetadataServiceEndpoint: inEnvironment("AWS_EC2_METADATA_SERVICE_ENDPOINT"),
  ec2MetadataServiceEndpointMode: inEnvironment("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"),
  httpProxy: inEnvironment("HTTPS_PROXY"),
  httpsProxy: inEnvironment("HTTPS_PROXY"),
  insecure: "Have the server's certificate trusted instead: SSL_CERT_FILE in the environment.",
  noProxy: inEnvironment("NO_PROXY"),
  sharedConfigFiles: inEnvironment("AWS_CONFIG_FILE"),
  sharedCredentialsFile: inEnvironment("AWS_SHARED_CREDENTIALS_FILE"),
  sharedCredentialsFiles: inEnvironment("AWS_SHARED_CREDENTIALS_FILE"),
  stsRegion: "STS is asked in the region of aws:region.",
  useDualstackEndpoint: inEnvironment("AWS_USE_DUALSTACK_ENDPOINT"),
  useFipsEndpoint: inEnvironment("AWS_USE_FIPS_ENDPOINT"),
};

/** Values by which a setting says that it is not set. */
const ABSENT = ["", "false", "null", "[]", "{}"];

/** Throws if a setting stands in the stack's config that would be ignored. */
export function refuseUnknownSettings({ config }: Ports): void {
  for (const [name, hint] of Object.entries(REFUSED)) {
    if (ABSENT.includes(config(`aws:${name}`) ?? "")) continue;
    throw new IamKeysError("INVALID_CONFIG", `stack config aws:${name} is not known to pulumi-iam-keys.`, {
      hint,
    });
  }
}
