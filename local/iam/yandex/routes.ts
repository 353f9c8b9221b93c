import { createApiKey, deleteApiKey, getApiKey, listApiKeys, updateApiKey } from "./apiKeys.ts";
import {
  createAuthorizedKey,
  deleteAuthorizedKey,
  getAuthorizedKey,
  listAuthorizedKeys,
  updateAuthorizedKey,
} from "./authorizedKeys.ts";
import type { AuthenticatedCall, YandexCall } from "./call.ts";
import { createEphemeralAccessKey } from "./ephemeralAccessKeys.ts";
import { getOperation } from "./getOperation.ts";
import { createIamToken, createIamTokenForServiceAccount, revokeIamToken } from "./iamTokens.ts";
import {
  addSecretVersion,
  cancelVersionDestruction,
  getPayload,
  getSecret,
  listSecretVersions,
  scheduleVersionDestruction,
} from "./lockboxSecrets.ts";
import {
  createOAuthClientSecret,
  deleteOAuthClientSecret,
  getOAuthClientSecret,
  listOAuthClientSecrets,
} from "./oauthClientSecrets.ts";
import {
  createServiceAccount,
  deleteServiceAccount,
  getServiceAccount,
  listServiceAccounts,
} from "./serviceAccounts.ts";
import {
  createStaticAccessKey,
  deleteStaticAccessKey,
  getStaticAccessKey,
  listStaticAccessKeys,
  updateStaticAccessKey,
} from "./staticAccessKeys.ts";

type Answer = object | Promise<object>;

/** One method of the API. */
export interface Route {
  readonly operation: string;
  readonly method: string;
  readonly path: RegExp;
  /** Whether an API key will do in place of an IAM token. */
  readonly takesApiKeys: boolean;
  readonly handler:
    | { readonly authenticated: true; readonly handle: (call: AuthenticatedCall) => Answer }
    | { readonly authenticated: false; readonly handle: (call: YandexCall) => Answer };
}

const keys = "/iam/v1/keys";
const apiKeys = "/iam/v1/apiKeys";
const oauthClientSecrets = "/iam/v1/oauthClientSecrets";
const accessKeys = "/iam/aws-compatibility/v1/accessKeys";
const secret = "/lockbox/v1/secrets/{secretId}";
const serviceAccounts = "/iam/v1/serviceAccounts";

const routes: readonly Route[] = [
  route("Key.create", "POST", keys, createAuthorizedKey),
  route("Key.list", "GET", keys, listAuthorizedKeys),
  route("Key.get", "GET", `${keys}/{keyId}`, getAuthorizedKey),
  route("Key.update", "PATCH", `${keys}/{keyId}`, updateAuthorizedKey),
  route("Key.delete", "DELETE", `${keys}/{keyId}`, deleteAuthorizedKey),

  route("ApiKey.create", "POST", apiKeys, createApiKey),
  route("ApiKey.list", "GET", apiKeys, listApiKeys),
  route("ApiKey.get", "GET", `${apiKeys}/{apiKeyId}`, getApiKey),
  route("ApiKey.update", "PATCH", `${apiKeys}/{apiKeyId}`, updateApiKey),
  route("ApiKey.delete", "DELETE", `${apiKeys}/{apiKeyId}`, deleteApiKey),

  route("AccessKey.create", "POST", accessKeys, createStaticAccessKey),
  route("AccessKey.list", "GET", accessKeys, listStaticAccessKeys),
  route("AccessKey.get", "GET", `${accessKeys}/{accessKeyId}`, getStaticAccessKey),
  route("AccessKey.update", "PATCH", `${accessKeys}/{accessKeyId}`, updateStaticAccessKey),
  route("AccessKey.delete", "DELETE", `${accessKeys}/{accessKeyId}`, deleteStaticAccessKey),

  route("OAuthClientSecret.create", "POST", oauthClientSecrets, createOAuthClientSecret),
  route("OAuthClientSecret.list", "GET", oauthClientSecrets, listOAuthClientSecrets),
  route("OAuthClientSecret.get", "GET", `${oauthClientSecrets}/{oauthClientSecretId}`, getOAuthClientSecret),
  route(
    "OAuthClientSecret.delete",
    "DELETE",
    `${oauthClientSecrets}/{oauthClientSecretId}`,
    deleteOAuthClientSecret,
  ),

  route(
    "TemporaryAccessKey.createEphemeral",
    "POST",
    "/iam/aws-compatibility/v1/ephemeralAccessKeys",
    createEphemeralAccessKey,
  ),

  openRoute("IamToken.create", "POST", "/iam/v1/tokens", createIamToken),
  route(
    "IamToken.createForServiceAccount",
    "POST",
    "/iam/v1/tokens:createForServiceAccount",
    createIamTokenForServiceAccount,
  ),
  route("IamToken.revoke", "POST", "/iam/v1/tokens:revoke", revokeIamToken),

  route("ServiceAccount.create", "POST", serviceAccounts, createServiceAccount),
  route("ServiceAccount.list", "GET", serviceAccounts, listServiceAccounts),
  {
    // Which services take API keys is outside of what is served here: this one stands for them.
    ...route("ServiceAccount.get", "GET", `${serviceAccounts}/{serviceAccountId}`, getServiceAccount),
    takesApiKeys: true,
  },
  route("ServiceAccount.delete", "DELETE", `${serviceAccounts}/{serviceAccountId}`, deleteServiceAccount),

  route("Secret.get", "GET", secret, getSecret),
  route("Secret.listVersions", "GET", `${secret}/versions`, listSecretVersions),
  route("Secret.addVersion", "POST", `${secret}:addVersion`, addSecretVersion),
  route(
    "Secret.scheduleVersionDestruction",
    "POST",
    `${secret}:scheduleVersionDestruction`,
    scheduleVersionDestruction,
  ),
  route(
    "Secret.cancelVersionDestruction",
    "POST",
    `${secret}:cancelVersionDestruction`,
    cancelVersionDestruction,
  ),
  route("Payload.get", "GET", `${secret}/payload`, getPayload),

  route("Operation.get", "GET", "/operations/{operationId}", getOperation),
];

/** The method that serves this request, with the variables of its path. */
export function findRoute(
  method: string,
  path: string,
): { route: Route; path: Readonly<Record<string, string>> } | undefined {
  for (const route of routes) {
    const match = route.method === method ? route.path.exec(path) : null;
    if (match) return { route, path: { ...match.groups } };
  }
  return undefined;
}

function route(
  operation: string,
  method: string,
  path: string,
  handle: (call: AuthenticatedCall) => Answer,
): Route {
  const handler = { authenticated: true, handle } as const;
  return { operation, method, path: pattern(path), takesApiKeys: false, handler };
}

function openRoute(
  operation: string,
  method: string,
  path: string,
  handle: (call: YandexCall) => Answer,
): Route {
  const handler = { authenticated: false, handle } as const;
  return { operation, method, path: pattern(path), takesApiKeys: false, handler };
}

function pattern(path: string): RegExp {
  return new RegExp(`^${path.replace(/\{(\w+)\}/g, "(?<$1>[^/:]+)")}$`);
}
