/** A setting of the caller, as the schema tells of it. */
export interface DeclaredSetting {
  readonly description: string;
  /** The variable of the environment that says the same. */
  readonly environment?: string;
  readonly isSecret?: boolean;
  /** Absent: a text. */
  readonly form?: "flag" | "number" | "texts" | "object" | "objects" | "textMap";
}

type Settings = Readonly<Record<string, DeclaredSetting>>;

const YANDEX: Settings = {
  token: { environment: "YC_TOKEN", isSecret: true, description: "A ready IAM token." },
  serviceAccountKeyFile: {
    environment: "YC_SERVICE_ACCOUNT_KEY_FILE",
    isSecret: true,
    description: "An authorized key: its JSON, or the path of a file with it.",
  },
  oauthToken: { environment: "YC_OAUTH_TOKEN", isSecret: true, description: "An OAuth token of a user." },
  federatedServiceAccountId: {
    environment: "YC_FEDERATED_SERVICE_ACCOUNT_ID",
    description:
      "The service account whose token the provider gets in exchange for an OIDC token (workload identity federation).",
  },
  oidcTokenFile: {
    environment: "YC_OIDC_TOKEN_FILE",
    description: "The path of a file with the OIDC token.",
  },
  oidcTokenVariable: {
    environment: "YC_OIDC_TOKEN_VARIABLE",
    description: "The name of the environment variable with the OIDC token.",
  },
  oidcAudience: {
    environment: "YC_OIDC_AUDIENCE",
    description: "The audience of the OIDC token that the provider requests from GitHub Actions.",
  },
  metadata: {
    environment: "YC_METADATA",
    form: "flag",
    description:
      "Whether the token comes from the metadata service of the VM. Default: yes, if the firmware names the cloud.",
  },
  metadataEndpoint: { environment: "YC_METADATA_ADDR", description: "The address of the metadata service." },
  profile: { environment: "YC_PROFILE", description: "A profile of the yc CLI." },
  impersonateServiceAccount: {
    environment: "YC_IMPERSONATE_SERVICE_ACCOUNT",
    description: "The service account that every request acts as.",
  },
  endpoint: { environment: "YC_ENDPOINT", description: "The address of all services of another cloud." },
  iamEndpoint: { environment: "YC_IAM_ENDPOINT", description: "The address of IAM." },
  operationEndpoint: { environment: "YC_OPERATION_ENDPOINT", description: "The address of operations." },
  authEndpoint: {
    environment: "YC_AUTH_ENDPOINT",
    description: "The address where OIDC tokens are exchanged.",
  },
  lockboxEndpoint: { environment: "YC_LOCKBOX_ENDPOINT", description: "The address of Lockbox." },
  storageEndpoint: { environment: "YC_STORAGE_ENDPOINT", description: "The address of Object Storage." },
};

const AWS: Settings = {
  region: {
    environment: "AWS_REGION",
    description:
      'The region that requests are signed for. It determines the partition of the account. Default: "us-east-1".',
  },
  profile: { environment: "AWS_PROFILE", description: "A profile of the AWS CLI." },
  accessKey: { environment: "AWS_ACCESS_KEY_ID", description: "The access key id of the caller." },
  secretKey: {
    environment: "AWS_SECRET_ACCESS_KEY",
    isSecret: true,
    description: "The secret access key of the caller.",
  },
  token: {
    environment: "AWS_SESSION_TOKEN",
    isSecret: true,
    description: "The session token of the caller.",
  },
  assumeRole: { form: "object", description: "A role to assume, in the same form as in @pulumi/aws." },
  assumeRoles: {
    form: "objects",
    description: "Roles to assume one after the other, each with the credentials of the previous one.",
  },
  allowedAccountIds: {
    form: "texts",
    description: "The only accounts that requests may be made in.",
  },
  forbiddenAccountIds: { form: "texts", description: "The accounts that no requests may be made in." },
  endpoints: { form: "textMap", description: "The addresses of iam, sts and secretsmanager." },
  skipMetadataApiCheck: {
    form: "flag",
    description: "Whether a preview that looks for credentials ignores the machine's own role.",
  },
};

const CEILING = {
  form: "number",
  description: "The most requests that a run sends to IAM per second. Default: as many as IAM accepts.",
} as const;

// Other providers refuse a name of their namespace that they do not know: @pulumi/aws, for one. So these stay in our
// own namespace.
const OWN: Settings = {
  rotateNow: {
    environment: "IAM_KEYS_ROTATE_NOW",
    description:
      'An order to rotate at once, "<token>:<pattern>[,<pattern>…]": every resource whose name matches, once per token.',
  },
  revertNow: {
    environment: "IAM_KEYS_REVERT_NOW",
    description:
      'An order to go back to the previous key, "<token>:<pattern>[,<pattern>…]": every rotating resource whose name matches, once per token.',
  },
  trustedMetadataHost: {
    environment: "IAM_KEYS_TRUSTED_METADATA_HOST",
    description:
      "The host of a metadata service that you trust although it is neither on this machine nor on its own link.",
  },
  yandexMaxRequestsPerSecond: { environment: "IAM_KEYS_YANDEX_MAX_REQUESTS_PER_SECOND", ...CEILING },
  awsMaxRequestsPerSecond: { environment: "IAM_KEYS_AWS_MAX_REQUESTS_PER_SECOND", ...CEILING },
  auditTo: {
    environment: "IAM_KEYS_AUDIT_TO",
    description: "The destination of audit events: stderr, a file, or the URL of a webhook.",
  },
  auditSigningKey: {
    environment: "IAM_KEYS_AUDIT_SIGNING_KEY",
    isSecret: true,
    description: "The key that signs the webhook's requests.",
  },
};

/** Every setting, by the namespace in which the dynamic resources and other providers have it. */
export const SETTINGS = { yandex: YANDEX, aws: AWS, "iam-keys": OWN } as const;

export type Namespace = keyof typeof SETTINGS;
