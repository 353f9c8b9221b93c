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
      "The service account for whose token an OIDC token is exchanged (workload identity federation).",
  },
  oidcTokenFile: {
    environment: "YC_OIDC_TOKEN_FILE",
    description: "The path of a file with the OIDC token.",
  },
  oidcTokenVariable: {
    environment: "YC_OIDC_TOKEN_VARIABLE",
    description: "The name of the environment variable that has the OIDC token.",
  },
  oidcAudience: {
    environment: "YC_OIDC_AUDIENCE",
    description: "The audience of the OIDC token that GitHub Actions is asked for.",
  },
  metadata: {
    environment: "YC_METADATA",
    form: "flag",
    description:
      "Whether the metadata service of the VM gives the token. Default: where the firmware names the cloud.",
  },
  metadataEndpoint: { environment: "YC_METADATA_ADDR", description: "The address of the metadata service." },
  profile: { environment: "YC_PROFILE", description: "A profile of the yc CLI." },
  impersonateServiceAccount: {
    environment: "YC_IMPERSONATE_SERVICE_ACCOUNT",
    description: "The service account in whose name every request is made.",
  },
  endpoint: { environment: "YC_ENDPOINT", description: "The address of all services of another cloud." },
  iamEndpoint: { environment: "YC_IAM_ENDPOINT", description: "The address of IAM." },
  operationEndpoint: { environment: "YC_OPERATION_ENDPOINT", description: "The address of operations." },
  authEndpoint: {
    environment: "YC_AUTH_ENDPOINT",
    description: "The address at which OIDC tokens are exchanged.",
  },
  lockboxEndpoint: { environment: "YC_LOCKBOX_ENDPOINT", description: "The address of Lockbox." },
  storageEndpoint: { environment: "YC_STORAGE_ENDPOINT", description: "The address of Object Storage." },
};

const AWS: Settings = {
  region: {
    environment: "AWS_REGION",
    description:
      'The region that requests are signed for; it says in which partition the account is. Default: "us-east-1".',
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
  assumeRole: { form: "object", description: "A role to assume, in the form that @pulumi/aws has it." },
  assumeRoles: {
    form: "objects",
    description: "Roles to assume, each with the credentials of the one before.",
  },
  allowedAccountIds: {
    form: "texts",
    description: "The accounts that requests may be made in, and no others.",
  },
  forbiddenAccountIds: { form: "texts", description: "The accounts that no requests may be made in." },
  endpoints: { form: "textMap", description: "The addresses of iam, sts and secretsmanager." },
  skipMetadataApiCheck: {
    form: "flag",
    description: "Whether the role of a machine counts as none when a preview looks for credentials.",
  },
};

const CEILING = {
  form: "number",
  description: "How many requests a run sends to IAM in a second, at most. Default: as many as IAM takes.",
} as const;

// Other providers refuse a name of their namespace that they do not know: @pulumi/aws, for one. So these are ours alone.
const OWN: Settings = {
  rotateNow: {
    environment: "IAM_KEYS_ROTATE_NOW",
    description:
      'An order to rotate at once, "<token>:<pattern>[,<pattern>…]": every resource whose name matches, once a token.',
  },
  revertNow: {
    environment: "IAM_KEYS_REVERT_NOW",
    description:
      'An order to go back to the previous key, "<token>:<pattern>[,<pattern>…]": every rotating resource whose name matches, once a token.',
  },
  trustedMetadataHost: {
    environment: "IAM_KEYS_TRUSTED_METADATA_HOST",
    description:
      "The host of a metadata service that is neither this machine nor its own link, where one is meant on purpose.",
  },
  yandexMaxRequestsPerSecond: { environment: "IAM_KEYS_YANDEX_MAX_REQUESTS_PER_SECOND", ...CEILING },
  awsMaxRequestsPerSecond: { environment: "IAM_KEYS_AWS_MAX_REQUESTS_PER_SECOND", ...CEILING },
  auditTo: {
    environment: "IAM_KEYS_AUDIT_TO",
    description: "Where audit events go: a file, or the URL of a webhook.",
  },
  auditSigningKey: {
    environment: "IAM_KEYS_AUDIT_SIGNING_KEY",
    isSecret: true,
    description: "What the webhook's requests are signed with.",
  },
};

/** Every setting, by the namespace in which the dynamic resources and other providers have it. */
export const SETTINGS = { yandex: YANDEX, aws: AWS, "iam-keys": OWN } as const;

export type Namespace = keyof typeof SETTINGS;
