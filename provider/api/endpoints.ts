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
  /** Object Storage, which takes static access keys; undefined if a private IAM has none set beside it. */
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

type Service = keyof YandexEndpoints;

const SERVICES = Object.keys(PUBLIC_ENDPOINTS) as Service[];

const settingOf = (service: Service) => ({
  config: `yandex:${service}Endpoint`,
  environment: `YC_${service.toUpperCase()}_ENDPOINT`,
});

/**
 * The public hosts, or `yandex:endpoint` / YC_ENDPOINT for all services, or each set singly. If one is not the public
 * cloud's, no other defaults to the public cloud's. A service that is used and not set is then refused before anything
 * is sent.
 */
export function yandexEndpoints(ports: Ports): YandexEndpoints {
  const common = readSetting(ports, { config: "yandex:endpoint", environment: "YC_ENDPOINT" });
  const one = common && common.value !== PUBLIC_GRPC_ADDRESS ? baseUrl(common) : undefined;
  const own = new Map(
    SERVICES.flatMap((service) => {
      const setting = readSetting(ports, settingOf(service));
      return setting ? [[service, { url: baseUrl(setting), source: setting.source }] as const] : [];
    }),
  );
  const elsewhere = [...own].find(([service, { url }]) => url !== PUBLIC_ENDPOINTS[service])?.[1];
  const found = (service: Service) =>
    own.get(service)?.url ?? one ?? (elsewhere ? undefined : PUBLIC_ENDPOINTS[service]);
  const required = (service: Service) => found(service) ?? missing(service, elsewhere?.source);
  return {
    iam: required("iam"),
    operation: required("operation"),
    get auth() {
      return required("auth");
    },
    get lockbox() {
      return required("lockbox");
    },
    storage: found("storage"),
  };
}

function missing(service: Service, elsewhere: string | undefined): never {
  const { config, environment } = settingOf(service);
  throw new IamKeysError(
    "INVALID_CONFIG",
    `${config} is not set, although ${elsewhere} is: nothing that may belong to another cloud is sent to the public one.`,
    {
      hint: `Set it too, or in its place yandex:endpoint for all services; ${environment} is its name in the environment. The public one is ${PUBLIC_ENDPOINTS[service]}`,
    },
  );
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
  const url = plainUrl({ value: value.includes("://") ? value : `http://${value}`, source });
  requireNear(url, source, ports);
  return withoutSlash(url);
}

/** Refuses a metadata service that is not this machine's own: it is unknown whose tokens it gives. */
export function requireNear({ hostname }: URL, source: string, ports: Ports): void {
  const trusted = readSetting(ports, {
    config: "iam-keys:trustedMetadataHost",
    environment: "IAM_KEYS_TRUSTED_METADATA_HOST",
  });
  if (isLoopback(hostname) || isLinkLocal(hostname) || hostname === trusted?.value.toLowerCase()) return;
  throw new IamKeysError("INVALID_CONFIG", `${source} must be an address of this machine or its own link.`, {
    hint: "Such as 169.254.169.254 or 127.0.0.1. To use another host on purpose, name it in iam-keys:trustedMetadataHost (IAM_KEYS_TRUSTED_METADATA_HOST).",
  });
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

/** Refuses a URL to which credentials would travel unencrypted. */
export function requireEncryption(url: URL, source: string): void {
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    throw new IamKeysError(
      "INVALID_CONFIG",
      `${source} must begin with https://, because the caller's token would travel unencrypted.`,
      { hint: "http:// is accepted only for this machine (localhost, 127.0.0.1, [::1])." },
    );
  }
}

/** Whether the host is this machine. Then nobody can listen on the way, and no proxy helps. */
function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** Whether no router carries it away from this link; AWS has an address of its own for that in IPv6. */
function isLinkLocal(hostname: string): boolean {
  return (
    /^169\.254(\.\d{1,3}){2}$/.test(hostname) ||
    /^\[fe[89ab][0-9a-f]:/.test(hostname) ||
    hostname === "[fd00:ec2::254]"
  );
}
