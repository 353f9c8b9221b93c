import { IamKeysError } from "../../errors.ts";
import type { Ports } from "../../ports.ts";
import { readFlag, readOneOf, readSetting, type Setting, type SettingName } from "../../settings.ts";
import { readAuthorizedKey } from "../authorizedKey.ts";
import { currentProfile, namedProfile } from "./cliProfile.ts";
import { federation } from "./federation.ts";
import { impersonation } from "./impersonation.ts";
import { isCloudVm, metadataService } from "./metadataService.ts";
import { oauthToken } from "./oauthToken.ts";
import { oidcSetting } from "./oidcToken.ts";
import { readyToken } from "./readyToken.ts";
import { signedExchange } from "./signedExchange.ts";
import type { Surroundings, TokenSource } from "./tokenSource.ts";

/** The ways in that a setting can name. The same place may name at most one. */
const NAMED = {
  token: { config: "yandex:token", environment: "YC_TOKEN" },
  key: { config: "yandex:serviceAccountKeyFile", environment: "YC_SERVICE_ACCOUNT_KEY_FILE" },
  oauthToken: { config: "yandex:oauthToken", environment: "YC_OAUTH_TOKEN" },
  federation: {
    config: "yandex:federatedServiceAccountId",
    environment: "YC_FEDERATED_SERVICE_ACCOUNT_ID",
  },
  metadata: { config: "yandex:metadata", environment: "YC_METADATA" },
  profile: { config: "yandex:profile", environment: "YC_PROFILE" },
} satisfies Record<string, SettingName>;

const IMPERSONATED: SettingName = {
  config: "yandex:impersonateServiceAccount",
  environment: "YC_IMPERSONATE_SERVICE_ACCOUNT",
};

/**
 * The caller's way in: the one that a setting names, else the VM's own account, else the current profile of the `yc`
 * CLI; undefined if there is none. Sends nothing. docs/credentials.md has it as a table.
 */
export function wayIn(surroundings: Surroundings): TokenSource | undefined {
  const { ports } = surroundings;
  const impersonated = readSetting(ports, IMPERSONATED);
  const account = impersonated && serviceAccountId(impersonated);
  const own = namedWayIn(surroundings) ?? unnamedWayIn(surroundings);
  return own && account !== undefined ? impersonation(account, own, surroundings) : own;
}

function namedWayIn(surroundings: Surroundings): TokenSource | undefined {
  const { ports } = surroundings;
  const { metadata, ...others } = NAMED;
  // False names no way in: it closes one.
  const setting = readFlag(ports, metadata) === false ? readOneOf(ports, others) : readOneOf(ports, NAMED);
  if (setting?.name !== "federation") refuseOidc(ports);
  if (!setting) return undefined;
  switch (setting.name) {
    case "token":
      return readyToken(setting);
    case "key":
      return signedExchange(readAuthorizedKey(setting), setting.source, surroundings);
    case "oauthToken":
      return oauthToken(setting, surroundings);
    case "federation":
      return federation(serviceAccountId(setting), surroundings);
    case "metadata":
      return metadataService(surroundings);
    case "profile":
      return namedProfile(setting, surroundings);
  }
}

function unnamedWayIn(surroundings: Surroundings): TokenSource | undefined {
  const { ports } = surroundings;
  const isClosed = readFlag(ports, NAMED.metadata) === false;
  return !isClosed && isCloudVm(ports) ? metadataService(surroundings) : currentProfile(surroundings);
}

/** A setting that says where an OIDC token is asks for it to be used. */
function refuseOidc(ports: Ports): void {
  const source = oidcSetting(ports);
  if (source === undefined || readSetting(ports, NAMED.federation)) return;
  throw new IamKeysError("INVALID_CONFIG", `${source} is set without yandex:federatedServiceAccountId.`, {
    hint: "Set it to the id of the service account whose token you get in exchange for the OIDC token.",
  });
}

function serviceAccountId({ value, source }: Setting): string {
  const id = value.trim();
  if (/^[\w-]{1,50}$/.test(id)) return id;
  throw new IamKeysError("INVALID_CONFIG", `${source} must be the id of a service account.`, {
    hint: "For example ajeabc1d2e3f4g5h6i7j",
  });
}
