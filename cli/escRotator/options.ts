import { homedir } from "node:os";
import path from "node:path";
import { BadUsage } from "../command.ts";
import { type GivenPlace, type Place, readPlace } from "../http/place.ts";
import { LIVE_PATH, READY_PATH } from "../http/probes.ts";
import { type Environment, Variables } from "../http/variables.ts";
import { type AllowedEnvironments, parseAllowed } from "./environments.ts";

/** The address at which a probe asks what the rotator has done. */
export const METRICS_PATH = "/metrics";
const OWN_PATHS = [LIVE_PATH, READY_PATH, METRICS_PATH];

/** What the environment variables of the options begin with. */
export const PREFIX = "IAM_KEYS_ESC";

/** How the rotator runs. */
export interface RotatorOptions extends Place {
  /** Its address, as the environments have it under `url`: the audience of their tokens. */
  readonly url: string;
  readonly allowed: readonly AllowedEnvironments[];
  readonly issuer: string;
  readonly jwksUrl: string;
  /** The folder that remembers which tokens were used. */
  readonly stateFolder: string;
}

const DEFAULT_ISSUER = "https://api.pulumi.com";
const JWKS_PATH = "/oidc/.well-known/jwks";
const LOOPBACK = ["127.0.0.1", "::1", "[::1]", "localhost"];

/** What the command line says. */
export interface GivenOptions extends GivenPlace {
  readonly allow?: readonly string[];
  readonly url?: string;
  readonly issuer?: string;
  readonly jwksUrl?: string;
  readonly state?: string;
}

/** Completes what the command line says with what the environment does; throws `BadUsage`. */
export function readOptions({ allow, ...values }: GivenOptions, environment: Environment): RotatorOptions {
  const variables = new Variables(PREFIX, { ...values, allow: allow?.join(" ") }, environment);
  const issuer = urlIn(variables, "issuer", variables.given("issuer") ?? DEFAULT_ISSUER);
  const keys = variables.given("jwks-url") ?? `${issuer.replace(/\/$/, "")}${JWKS_PATH}`;
  return {
    url: rotatorUrl(variables),
    allowed: allowedIn(variables),
    issuer,
    jwksUrl: urlIn(variables, "jwks-url", keys),
    stateFolder: variables.given("state") ?? defaultState(environment),
    ...readPlace(variables),
  };
}

/** From systemd, or else by the XDG Base Directory Specification. */
function defaultState({ STATE_DIRECTORY, XDG_STATE_HOME }: Environment): string {
  if (STATE_DIRECTORY) return STATE_DIRECTORY;
  return path.join(XDG_STATE_HOME || path.join(homedir(), ".local", "state"), "iam-keys", "esc-rotator");
}

function rotatorUrl(variables: Variables): string {
  const text = variables.required("url", "https://rotator.example.com/rotate");
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url && !url.username && !url.search && !url.hash && !OWN_PATHS.includes(url.pathname);
  if (url?.protocol === "https:" && isPlain) return text;
  throw new BadUsage(
    `${variables.nameOf("url")} must be the https:// address that the environments have, without a query, and none of ${OWN_PATHS.join(", ")}.`,
  );
}

function urlIn(variables: Variables, flag: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "https:" || (url?.protocol === "http:" && LOOPBACK.includes(url.hostname)))
    return text;
  throw new BadUsage(`${variables.nameOf(flag)} must be an https:// address.`);
}

/** Spaces separate rules, because commas separate accounts. */
function allowedIn(variables: Variables): AllowedEnvironments[] {
  const rules = variables.required("allow", "acme/storage/prod-*").split(/\s+/).filter(Boolean);
  if (rules.length === 0) throw new BadUsage(`${variables.nameOf("allow")} must not be empty.`);
  return rules.map((rule) => {
    const allowed = parseAllowed(rule);
    if (allowed) return allowed;
    throw new BadUsage(
      `${variables.nameOf("allow")} must be organization/project/environment, with =account[,account] after it to allow only some accounts; "${rule}" is not.`,
    );
  });
}
