import { IamKeysError } from "../errors.ts";
import type { Ports } from "../ports.ts";
import { readSetting, type Setting } from "../settings.ts";

/** The base address of each Yandex Cloud service, without a trailing slash. */
export interface YandexEndpoints {
  readonly iam: string;
  readonly operation: string;
  /** The exchange of OIDC tokens for IAM tokens. */
  readonly auth: string;
  readonly lockbox: string;
  /** Object Storage, which takes static access keys; undefined where a private IAM has none set beside it. */
  readonly storage: string | undefined;
}

const PUBLIC_ENDPOINTS: YandexEndpoints = {
  iam: "https://iam.api.cloud.yandex.net",
  operation: "https://operation.api.cloud.yandex.net",
  auth: "https://auth.yandex.cloud",
  lockbox: "https://lockbox.api.cloud.yandex.net",
  storage: "https://storage.yandexcloud.net",
};

/** The metadata service of every VM: an address of the VM's own link, which no network routes. */
const METADATA_ADDRESS = "http://169.254.169.254";

/** What the `yandex:endpoint` of other tools says for the public cloud: their gRPC address. */
export const PUBLIC_GRPC_ADDRESS = "api.cloud.yandex.net:443";

/** The public hosts, or `yandex:endpoint` / YC_ENDPOINT for all services, or each set singly. */
export function yandexEndpoints(ports: Ports): YandexEndpoints {
  const common = readSetting(ports, { config: "yandex:endpoint", environment: "YC_ENDPOINT" });
  const one = common && common.value !== PUBLIC_GRPC_ADDRESS ? baseUrl(common) : undefined;
  const single = (config: string, environment: string) => {
    const setting = readSetting(ports, { config, environment });
    return setting && baseUrl(setting);
  };
  const iam = single("yandex:iamEndpoint", "YC_IAM_ENDPOINT") ?? one ?? PUBLIC_ENDPOINTS.iam;
  // Keys of a private installation must not be shown to the public one.
  const storageOfSameCloud = iam === PUBLIC_ENDPOINTS.iam ? PUBLIC_ENDPOINTS.storage : undefined;
  return {
    iam,
    operation:
      single("yandex:operationEndpoint", "YC_OPERATION_ENDPOINT") ?? one ?? PUBLIC_ENDPOINTS.operation,
    auth: single("yandex:authEndpoint", "YC_AUTH_ENDPOINT") ?? one ?? PUBLIC_ENDPOINTS.auth,
    lockbox: single("yandex:lockboxEndpoint", "YC_LOCKBOX_ENDPOINT") ?? one ?? PUBLIC_ENDPOINTS.lockbox,
    storage: single("yandex:storageEndpoint", "YC_STORAGE_ENDPOINT") ?? one ?? storageOfSameCloud,
  };
}

/** Whether an IAM is the public cloud's. */
export function isPublic({ iam }: YandexEndpoints): boolean {
  return iam === PUBLIC_ENDPOINTS.iam;
}

/** The address of the metadata service, which the SDKs of this cloud take as a bare host, too. */
export function metadataEndpoint(ports: Ports): string {
  const setting = readSetting(ports, { config: "yandex:metadataEndpoint", environment: "YC_METADATA_ADDR" });
  if (!setting) return METADATA_ADDRESS;
  const { value, source } = setting;
  return withoutSlash(plainUrl({ value: value.includes("://") ? value : `http://${value}`, source }));
}

/** An address that credentials may be sent to, without a trailing slash. */
export function baseUrl(setting: Setting): string {
  const url = plainUrl(setting);
  requireEncryption(url, setting.source);
  return withoutSlash(url);
}

/** A URL without anything that does not belong into a base. */
function plainUrl({ value, source }: Setting): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !["https:", "http:"].includes(url.protocol)) {
    throw new IamKeysError("INVALID_CONFIG", `${source} must be an absolute URL.`, {
      hint: "For example https://iam.example.net",
    });
  }
  if (url.username || url.password || url.search || url.hash) {
    throw new IamKeysError(
      "INVALID_CONFIG",
      `${source} must be a base URL without user name, password, query or fragment.`,
    );
  }
  return url;
}

function withoutSlash({ href }: URL): string {
  return href.replace(/\/+$/, "");
}

/** Refuses a URL to which credentials would travel in the clear. */
export function requireEncryption(url: URL, source: string): void {
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    throw new IamKeysError(
      "INVALID_CONFIG",
      `${source} must begin with https://, because the caller's token would travel in the clear.`,
      { hint: "http:// is accepted for this machine alone (localhost, 127.0.0.1, [::1])." },
    );
  }
}

/** Whether the host is this machine, where nobody listens on the wire and no proxy helps. */
function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}
