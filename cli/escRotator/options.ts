import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { BadUsage } from "../command.ts";
import { type AllowedEnvironments, parseAllowed } from "./environments.ts";

/** Where a probe asks whether the process answers, whether it takes requests, and what it has done. */
export const LIVE_PATH = "/livez";
export const READY_PATH = "/readyz";
export const METRICS_PATH = "/metrics";
const OWN_PATHS = [LIVE_PATH, READY_PATH, METRICS_PATH];

/** How the rotator runs. */
export interface RotatorOptions {
  /** Its address, as the environments have it under `url`: the audience of their tokens. */
  readonly url: string;
  readonly allowed: readonly AllowedEnvironments[];
  readonly issuer: string;
  readonly jwksUrl: string;
  readonly host: string;
  readonly port: number;
  /** Where it is kept which tokens were used. */
  readonly stateFolder: string;
  /** Reads the certificate and its key, which may be renewed; undefined: plain HTTP. */
  readonly readTls: (() => Tls) | undefined;
}

export interface Tls {
  readonly cert: string;
  readonly key: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_ISSUER = "https://api.pulumi.com";
const JWKS_PATH = "/oidc/.well-known/jwks";
const LOOPBACK = ["127.0.0.1", "::1", "[::1]", "localhost"];

/** Each option, and the environment variable that it is read from where it is not given. */
export const FLAGS = {
  url: "IAM_KEYS_ESC_URL",
  allow: "IAM_KEYS_ESC_ALLOW",
  issuer: "IAM_KEYS_ESC_ISSUER",
  "jwks-url": "IAM_KEYS_ESC_JWKS_URL",
  host: "IAM_KEYS_ESC_HOST",
  port: "IAM_KEYS_ESC_PORT",
  state: "IAM_KEYS_ESC_STATE",
  "tls-cert": "IAM_KEYS_ESC_TLS_CERT",
  "tls-key": "IAM_KEYS_ESC_TLS_KEY",
} as const;
export const PLAIN_HTTP = "IAM_KEYS_ESC_PLAIN_HTTP";

type Flag = keyof typeof FLAGS;

/** What the command line says. */
export interface GivenOptions {
  readonly allow?: readonly string[];
  readonly plainHttp?: boolean;
  readonly url?: string;
  readonly issuer?: string;
  readonly jwksUrl?: string;
  readonly host?: string;
  readonly port?: string;
  readonly state?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
}

/** Completes what the command line says with what the environment does; throws `BadUsage`. */
export function readOptions(
  { allow, plainHttp = false, ...values }: GivenOptions,
  environment: Environment,
): RotatorOptions {
  const isPlain = plainHttp || plainHttpIn(environment);
  const texts: Readonly<Record<Flag, string | undefined>> = {
    url: values.url,
    allow: allow?.join(" "),
    issuer: values.issuer,
    "jwks-url": values.jwksUrl,
    host: values.host,
    port: values.port,
    state: values.state,
    "tls-cert": values.tlsCert,
    "tls-key": values.tlsKey,
  };
  const given = (flag: Flag) => texts[flag] ?? (environment[FLAGS[flag]] || undefined);
  const required = (flag: Flag, example: string) => {
    const value = given(flag);
    if (value !== undefined) return value;
    throw new BadUsage(`--${flag} (${FLAGS[flag]}) is required, such as ${example}.`);
  };
  const issuer = urlIn("issuer", given("issuer") ?? DEFAULT_ISSUER);
  return {
    url: rotatorUrl(required("url", "https://rotator.example.com/rotate")),
    allowed: allowedIn(required("allow", "acme/storage/prod-*")),
    issuer,
    jwksUrl: urlIn("jwks-url", given("jwks-url") ?? `${issuer.replace(/\/$/, "")}${JWKS_PATH}`),
    host: given("host") ?? (isPlain ? "127.0.0.1" : "::"),
    port: portIn(given("port") ?? (isPlain ? "8080" : "8443")),
    stateFolder: given("state") ?? defaultState(environment),
    readTls: isPlain ? withoutTls(given) : tlsReader(required),
  };
}

/** As systemd gives it, and else by the XDG Base Directory Specification. */
function defaultState({ STATE_DIRECTORY, XDG_STATE_HOME }: Environment): string {
  if (STATE_DIRECTORY) return STATE_DIRECTORY;
  return path.join(XDG_STATE_HOME || path.join(homedir(), ".local", "state"), "iam-keys", "esc-rotator");
}

function plainHttpIn(environment: Environment): boolean {
  const setting = environment[PLAIN_HTTP] || "false";
  if (["true", "false"].includes(setting)) return setting === "true";
  throw new BadUsage(`${PLAIN_HTTP} must be true or false.`);
}

function withoutTls(given: (flag: Flag) => string | undefined): undefined {
  if (given("tls-cert") === undefined && given("tls-key") === undefined) return undefined;
  throw new BadUsage("--plain-http and a certificate exclude each other: keep one of them.");
}

function tlsReader(required: (flag: Flag, example: string) => string): () => Tls {
  const example = "a PEM file; behind a proxy that terminates TLS, give --plain-http instead";
  const files = { cert: required("tls-cert", example), key: required("tls-key", example) };
  const read = () => ({ cert: readPem("tls-cert", files.cert), key: readPem("tls-key", files.key) });
  read();
  return read;
}

function readPem(flag: Flag, file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new BadUsage(`--${flag} (${FLAGS[flag]}) names a file that cannot be read (${code}).`);
  }
}

function rotatorUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url && !url.username && !url.search && !url.hash && !OWN_PATHS.includes(url.pathname);
  if (url?.protocol === "https:" && isPlain) return text;
  throw new BadUsage(
    `--url (${FLAGS.url}) must be the https:// address that the environments have, without a query, and none of ${OWN_PATHS.join(", ")}.`,
  );
}

function urlIn(flag: Flag, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "https:" || (url?.protocol === "http:" && LOOPBACK.includes(url.hostname)))
    return text;
  throw new BadUsage(`--${flag} (${FLAGS[flag]}) must be an https:// address.`);
}

function portIn(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65535) return port;
  throw new BadUsage(`--port (${FLAGS.port}) must be a number from 0 to 65535.`);
}

/** Rules are apart by spaces, because a comma is between accounts. */
function allowedIn(text: string): AllowedEnvironments[] {
  const rules = text.split(/\s+/).filter(Boolean);
  if (rules.length === 0) throw new BadUsage(`--allow (${FLAGS.allow}) must not be empty.`);
  return rules.map((rule) => {
    const allowed = parseAllowed(rule);
    if (allowed) return allowed;
    throw new BadUsage(
      `--allow (${FLAGS.allow}) must be organization/project/environment, with =account[,account] behind it where it is for some accounts alone; "${rule}" is not.`,
    );
  });
}
