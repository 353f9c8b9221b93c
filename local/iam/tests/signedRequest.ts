import { createHash, createHmac } from "node:crypto";

/** What to sign with, and what to put wrong. */
export interface SigningOptions {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly service: string;
  readonly method?: string;
  readonly body?: string;
  readonly date?: Date;
  /** Headers that are sent and signed. */
  readonly signed?: Readonly<Record<string, string>>;
  /** Headers that are sent unsigned. */
  readonly unsigned?: Readonly<Record<string, string>>;
  /** The body that is sent in place of the one that was signed. */
  readonly sentBody?: string;
}

/**
 * Sends a request signed with AWS Signature Version 4 and gives status and body. It signs by itself,
 * without the library by which the server verifies, so that one cannot share a mistake with the other.
 */
export async function sendSigned(
  url: string,
  options: SigningOptions,
): Promise<{ status: number; body: string }> {
  const { method = "GET", body = "", sentBody = body, service, date = new Date() } = options;
  const { host, pathname, searchParams } = new URL(url);
  const time = date.toISOString().replace(/[-:]|\.\d{3}/g, "");
  const headers: Record<string, string> = {
    host,
    "x-amz-content-sha256": sha256(body),
    "x-amz-date": time,
    ...options.signed,
  };
  const names = Object.keys(headers).sort();
  const query = [...searchParams]
    .map((pair) => pair.map(encodeURIComponent).join("="))
    .sort()
    .join("&");
  const canonical = [
    method,
    pathname,
    query,
    ...names.map((name) => `${name}:${headers[name]}`),
    "",
    names.join(";"),
    headers["x-amz-content-sha256"],
  ].join("\n");

  const scope = [time.slice(0, 8), "us-east-1", service, "aws4_request"];
  const toSign = ["AWS4-HMAC-SHA256", time, scope.join("/"), sha256(canonical)].join("\n");
  const key = scope.reduce<Buffer>(hmac, Buffer.from(`AWS4${options.secretAccessKey}`));
  const authorization =
    `AWS4-HMAC-SHA256 Credential=${options.accessKeyId}/${scope.join("/")}, ` +
    `SignedHeaders=${names.join(";")}, Signature=${hmac(key, toSign).toString("hex")}`;

  const { host: _setByFetch, ...sent } = headers;
  const response = await fetch(url, {
    method,
    headers: { ...sent, ...options.unsigned, authorization },
    ...(sentBody !== "" && { body: sentBody }),
  });
  return { status: response.status, body: await response.text() };
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const hmac = (key: Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();
