import { readFileSync } from "node:fs";
import * as z from "zod";
import { createAgents } from "../../api/agents.ts";
import { requireEncryption } from "../../api/endpoints.ts";
import { parseReply, sendRequest } from "../../api/http.ts";
import { IamKeysError } from "../../errors.ts";
import type { Ports } from "../../ports.ts";
import { keepSecret } from "../../redact.ts";
import { readOneOf, readSetting, type SettingName } from "../../settings.ts";
import { headerValue } from "./readyToken.ts";

const PLACES = {
  file: { config: "yandex:oidcTokenFile", environment: "YC_OIDC_TOKEN_FILE" },
  variable: { config: "yandex:oidcTokenVariable", environment: "YC_OIDC_TOKEN_VARIABLE" },
} satisfies Record<string, SettingName>;
const AUDIENCE: SettingName = { config: "yandex:oidcAudience", environment: "YC_OIDC_AUDIENCE" };

const GITHUB_OPERATION = "GitHub's OIDC token request";
const githubReply = z.object({ value: z.string().min(1) });

/** The source of the token by which an external OIDC issuer vouches for this run. */
export interface OidcTokens {
  readonly origin: string;
  /** The token as it is now. */
  get(): Promise<string>;
}

/** The first setting of this file that is given. */
export function oidcSetting(ports: Ports): string | undefined {
  const names = [...Object.values(PLACES), AUDIENCE];
  return names.map((name) => readSetting(ports, name)?.source).find((source) => source !== undefined);
}

/** A file, a variable of the environment (GitLab's id_tokens), or else what GitHub Actions gives on request. */
export function oidcTokens(ports: Ports): OidcTokens {
  const place = readOneOf(ports, PLACES);
  const audience = readSetting(ports, AUDIENCE);
  if (place && audience) {
    throw new IamKeysError(
      "INVALID_CONFIG",
      `${place.source} and ${audience.source} are both set, but the token that is there has its audience already.`,
      { hint: "Only GitHub Actions is asked for a token of an audience. Keep one and remove the other." },
    );
  }
  if (place?.name === "file") return fromFile(place.value, place.source);
  if (place?.name === "variable") return fromVariable(place.value, place.source, ports);
  return fromGitHub(audience?.value, ports);
}

/** Read again for each exchange, because what keeps such a file replaces the token in it before it ends. */
function fromFile(path: string, source: string): OidcTokens {
  const read = () => {
    try {
      return readFileSync(path, "utf8");
    } catch (error) {
      throw new IamKeysError(
        "INVALID_CONFIG",
        `The OIDC token file that ${source} names cannot be read (${(error as NodeJS.ErrnoException).code}).`,
        { hint: "Give a path that this user can read, relative to the program's folder." },
      );
    }
  };
  const origin = `the file of ${source}`;
  const token = () => headerValue({ value: read(), source: `The file of ${source}` }, "an OIDC token");
  token();
  return { origin, get: async () => token() };
}

function fromVariable(name: string, source: string, ports: Ports): OidcTokens {
  const value = ports.environment[name];
  if (!value) {
    throw new IamKeysError(
      "INVALID_CONFIG",
      `${source} names the environment variable ${name}, which is not set.`,
      { hint: "It must hold an OIDC token: in GitLab, that is the name under id_tokens of the job." },
    );
  }
  const origin = `environment variable ${name}`;
  const token = headerValue({ value, source: origin }, "an OIDC token");
  return { origin, get: async () => token };
}

/** https://docs.github.com/en/actions/reference/security/oidc */
function fromGitHub(audience: string | undefined, ports: Ports): OidcTokens {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: address, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } = ports.environment;
  if (!address || !token) {
    throw new IamKeysError(
      "INVALID_CONFIG",
      "There is no OIDC token to exchange for one of the service account.",
      {
        hint: "Set yandex:oidcTokenFile or yandex:oidcTokenVariable (in GitLab, a name under id_tokens), or give the job of GitHub Actions the permission `id-token: write`.",
      },
    );
  }
  keepSecret(token);
  const source = "environment variable ACTIONS_ID_TOKEN_REQUEST_URL";
  if (!URL.canParse(address)) throw new IamKeysError("INVALID_CONFIG", `${source} must be an absolute URL.`);
  const url = new URL(address);
  requireEncryption(url, source);
  if (audience) url.searchParams.set("audience", audience);
  const agents = createAgents(url.href, ports.environment);
  return {
    origin: "the OIDC token of this job of GitHub Actions",
    async get() {
      const reply = await sendRequest({
        operation: GITHUB_OPERATION,
        method: "GET",
        url: url.href,
        token,
        agents,
        hint: "The job needs the permission `id-token: write`.",
      });
      const { value } = parseReply(GITHUB_OPERATION, githubReply, reply);
      keepSecret(value);
      return value;
    },
  };
}
