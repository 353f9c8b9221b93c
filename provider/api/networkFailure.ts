import type { ErrorCode } from "../errors.ts";

/** What Node's errors of a connection tell, as far as they do. */
export interface NetworkFailure {
  readonly code?: string | undefined;
  /** The host whose name was looked up: that of the server, or of a proxy. */
  readonly hostname?: string | undefined;
  readonly address?: string | undefined;
  readonly port?: number | undefined;
}

/** Under which the request cannot have reached the server. */
const NEVER_SENT = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "ENETUNREACH", "EHOSTUNREACH"];

/** Whether a request that failed so cannot have reached the server. */
export function wasNeverSent({ code }: NetworkFailure): boolean {
  return code !== undefined && NEVER_SENT.includes(code);
}

/** Which error a failed connection is. */
export function networkErrorCode({ code }: NetworkFailure): ErrorCode {
  if (code === "ETIMEDOUT") return "TIMEOUT";
  return code === "ECONNREFUSED" ? "CONNECTION_REFUSED" : "CONNECTION_FAILED";
}

/** What failed, with the name of the place, which need not be the server: it may be a proxy. */
export function networkWords({ code, hostname, address, port }: NetworkFailure, host?: string): string {
  const place =
    hostname ?? (address === undefined ? host : port === undefined ? address : `${address}:${port}`);
  const named = place ?? "the host";
  switch (code) {
    case "ENOTFOUND":
      return `no name server knows ${named} (${code})`;
    case "EAI_AGAIN":
      return `no name server could be asked for ${named} (${code})`;
    case "ECONNREFUSED":
      return `nothing listens at ${named} (${code})`;
    case "ENETUNREACH":
    case "EHOSTUNREACH":
      return `there is no way to ${named} (${code})`;
    default:
      return `the connection failed (${code})`;
  }
}

/** What to look at. */
export function networkHint({ code }: NetworkFailure): string {
  return code === "ENOTFOUND" || code === "EAI_AGAIN"
    ? "Check that this machine is online, and the endpoint for a typing error, then run again."
    : "Check the endpoint, the network and the proxy settings, then run again.";
}
