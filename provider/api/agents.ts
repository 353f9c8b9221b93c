import { existsSync, readFileSync } from "node:fs";
import type { Agent as HttpAgent } from "node:http";
import type { Agent as HttpsAgent } from "node:https";
import tls from "node:tls";
import { getProxyForUrl } from "proxy-from-env";
import { IamKeysError } from "../errors.ts";
import { loadHttpsProxyAgent } from "../late.cjs";
import type { Pace } from "./pace.ts";
import type { ServerClock } from "./serverClock.ts";

// An import reads everything that the module exports, `fetch` and its WebSocket among it: they take 20 ms to load,
// in a preview too, which sends nothing.
const http = process.getBuiltinModule("node:http");
const https = process.getBuiltinModule("node:https");

type Environment = Readonly<Record<string, string | undefined>>;

/** Connections kept alive, over the proxy and with the certificates that the environment names. */
export interface Agents {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
  /** How fast requests may be sent over them. Absent: as fast as they come. */
  readonly pace?: Pace;
  /** Learns the time from the replies. Absent: not needed. */
  readonly clock?: ServerClock;
}

/**
 * Agents for one host, after HTTPS_PROXY, ALL_PROXY and NO_PROXY, trusting SSL_CERT_FILE beside all that Node trusts
 * without it. Plain HTTP is only for this machine, and never goes through a proxy.
 */
export function createAgents(url: string, environment: Environment): Agents {
  const proxy = getProxyForUrl(url);
  const certificates = environment.SSL_CERT_FILE;
  const trust = certificates ? { ca: [...trustedByNode(environment), readCertificates(certificates)] } : {};
  return {
    http: new http.Agent({ keepAlive: true }),
    https: proxy ? proxyAgent(proxy, trust) : new https.Agent({ keepAlive: true, ...trust }),
  };
}

function proxyAgent(proxy: string, trust: { readonly ca?: string[] }): HttpsAgent {
  if (!URL.canParse(proxy)) {
    throw new IamKeysError("INVALID_CONFIG", "HTTPS_PROXY or ALL_PROXY in the environment is not a URL.", {
      hint: "It must be one such as http://proxy.example.net:3128",
    });
  }
  const { HttpsProxyAgent } = loadHttpsProxyAgent();
  const agent = new HttpsProxyAgent(proxy, { keepAlive: true });
  // Its own options apply only to the way to the proxy. These apply to what lies behind it.
  Object.assign(agent.options, trust);
  return agent;
}

/** What Node trusts by itself, with NODE_EXTRA_CA_CERTS and the like: a `ca` of an agent replaces all of it. */
function trustedByNode(environment: Environment): readonly string[] {
  // From Node 22.15 on.
  if (tls.getCACertificates) return tls.getCACertificates("default");
  const extra = environment.NODE_EXTRA_CA_CERTS;
  // Node warns of a file that it cannot read, and continues without it.
  return extra && existsSync(extra)
    ? [...tls.rootCertificates, readFileSync(extra, "utf8")]
    : tls.rootCertificates;
}

function readCertificates(path: string): string {
  let certificates: string;
  try {
    certificates = readFileSync(path, "utf8");
  } catch (error) {
    throw new IamKeysError(
      "INVALID_CONFIG",
      `environment variable SSL_CERT_FILE names a file that cannot be read (${(error as NodeJS.ErrnoException).code}).`,
    );
  }
  // OpenSSL takes a file without any as an empty one: the failure would come with the first request, and name no cause.
  if (certificates.includes("-----BEGIN")) return certificates;
  throw new IamKeysError(
    "INVALID_CONFIG",
    "environment variable SSL_CERT_FILE names a file without a PEM certificate.",
  );
}
