import path from "node:path";
import * as z from "zod";
import { isPublic, PUBLIC_GRPC_ADDRESS } from "../../api/endpoints.ts";
import { IamKeysError } from "../../errors.ts";
import { loadYaml } from "../../late.cjs";
import type { Ports } from "../../ports.ts";
import { readAtMost } from "../../readAtMost.ts";
import type { Setting } from "../../settings.ts";
import { parseAuthorizedKey } from "../authorizedKey.ts";
import { metadataService } from "./metadataService.ts";
import { oauthToken } from "./oauthToken.ts";
import { readyToken } from "./readyToken.ts";
import { signedExchange } from "./signedExchange.ts";
import { OAUTH_TOKEN } from "./tokenShapes.ts";
import type { Surroundings, TokenSource } from "./tokenSource.ts";

/** Room for hundreds of profiles, each with a key. */
const LARGEST_FILE = 2 ** 20;

/** https://yandex.cloud/en/docs/cli/concepts/core-properties: the properties of a profile that say who its user is. */
const profileSchema = z.looseObject({
  token: z.string().min(1).optional(),
  "service-account-key": z.unknown().optional(),
  "instance-service-account": z.boolean().optional(),
  endpoint: z.string().optional(),
});
const configSchema = z.looseObject({
  current: z.string().optional(),
  profiles: z.record(z.string(), profileSchema.nullable()).optional(),
});

type Profile = z.infer<typeof profileSchema>;

/** The profile of the `yc` CLI that a setting names. */
export function namedProfile({ value: name, source }: Setting, surroundings: Surroundings): TokenSource {
  const file = configFile(surroundings.ports);
  const config = file === undefined ? undefined : readConfig(file);
  const profile = config?.profiles?.[name];
  if (!profile) {
    throw new IamKeysError(
      "INVALID_CONFIG",
      `${source} names the profile "${name}" of the yc CLI, which ${config ? `is not in ${file}` : "has no config file here"}.`,
      { hint: "`yc config profile list` shows which there are." },
    );
  }
  const found = credentialsOf(profile, `profile "${name}" in ${file}`, surroundings);
  if (found) return found;
  throw new IamKeysError(
    "INVALID_CONFIG",
    `The profile "${name}" in ${file} has neither a token nor a service-account-key.`,
    { hint: "Its user logs in with a browser: set YC_TOKEN to what `yc iam create-token` prints." },
  );
}

/** The current profile of the `yc` CLI; undefined if there is none, or none with credentials of its own. */
export function currentProfile(surroundings: Surroundings): TokenSource | undefined {
  const file = configFile(surroundings.ports);
  const config = file === undefined ? undefined : readConfig(file);
  const name = config?.current ?? "default";
  const profile = config?.profiles?.[name];
  return profile ? credentialsOf(profile, `profile "${name}" in ${file}`, surroundings) : undefined;
}

function credentialsOf(
  profile: Profile,
  source: string,
  surroundings: Surroundings,
): TokenSource | undefined {
  const { token, endpoint, "service-account-key": key, "instance-service-account": vm } = profile;
  const own = [token, key, vm || undefined].filter((each) => each !== undefined);
  if (own.length === 0) return undefined;
  if (own.length > 1) {
    throw new IamKeysError(
      "INVALID_CONFIG",
      `The ${source} has more than one of token, service-account-key and instance-service-account.`,
      { hint: "`yc config unset` takes one away." },
    );
  }
  // Credentials of a private installation must not be shown to the public one.
  if (endpoint && endpoint !== PUBLIC_GRPC_ADDRESS && isPublic(surroundings.endpoints)) {
    throw new IamKeysError("INVALID_CONFIG", `The ${source} is for another cloud (${endpoint}).`, {
      hint: "Set yandex:endpoint to the REST address of that cloud, or choose another profile with yandex:profile.",
    });
  }
  if (vm) return metadataService(surroundings);
  if (token === undefined) return signedExchange(parseAuthorizedKey(key, source), source, surroundings);
  const setting = { value: token, source };
  return OAUTH_TOKEN.test(token) ? oauthToken(setting, surroundings) : readyToken(setting);
}

/** The folder in which the CLI keeps its profiles; undefined if this user has no home. */
function configFile({ environment }: Ports): string | undefined {
  const home = environment.HOME || environment.USERPROFILE;
  return home ? path.join(home, ".config", "yandex-cloud", "config.yaml") : undefined;
}

function readConfig(file: string): z.infer<typeof configSchema> | undefined {
  let text: string;
  try {
    text = readAtMost(file, LARGEST_FILE).toString();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new IamKeysError(
      "INVALID_CONFIG",
      code === "EFBIG"
        ? `The yc CLI's ${file} has more than ${LARGEST_FILE / 1024} KiB.`
        : `The yc CLI's ${file} cannot be read (${code}).`,
    );
  }
  const config = configSchema.safeParse(parsed(text, file));
  if (config.success) return config.data;
  const fields = config.error.issues.map((issue) => issue.path.join(".") || "everything");
  throw new IamKeysError(
    "INVALID_CONFIG",
    `The yc CLI's ${file} is not in the form that the CLI writes: ${[...new Set(fields)].join(", ")}.`,
  );
}

/** The parser's own messages show the line that is wrong, which may be that of a secret. */
function parsed(text: string, file: string): unknown {
  // This package is large, and only needed to read a profile.
  const { parse } = loadYaml();
  try {
    // The CLI writes no aliases. The position of an error is never shown. To compute it, or to look for duplicate keys,
    // takes quadratic time.
    return parse(text, { logLevel: "error", maxAliasCount: 0, prettyErrors: false, uniqueKeys: false });
  } catch {
    throw new IamKeysError("INVALID_CONFIG", `The yc CLI's ${file} is not YAML as the CLI writes it.`);
  }
}
