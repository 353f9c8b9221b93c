import { Hash } from "@smithy/core/serde";
import { SignatureV4 } from "@smithy/signature-v4";
import got, { RequestError } from "got";
import type { Agents } from "./agents.ts";
import { connectionError } from "./apiError.ts";

export interface SignedGet {
  /** What is asked, for messages: "ListBuckets". */
  readonly operation: string;
  readonly url: string;
  readonly service: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly agents: Agents;
  readonly now: number;
}

/** Sends a GET signed with an AWS-compatible key and returns the answer, whatever its status. */
export async function signedGet(request: SignedGet): Promise<{ status: number; body: string }> {
  const { protocol, host, pathname, searchParams } = new URL(request.url);
  const signer = new SignatureV4({
    credentials: request,
    region: request.region,
    service: request.service,
    sha256: Hash.bind(null, "sha256"),
    uriEscapePath: request.service !== "s3",
  });
  const signed = await signer.sign(
    {
      method: "GET",
      protocol,
      hostname: host,
      path: pathname,
      query: Object.fromEntries(searchParams),
      headers: { host },
    },
    { signingDate: new Date(request.now) },
  );
  try {
    const response = await got(request.url, {
      headers: signed.headers,
      agent: request.agents,
      throwHttpErrors: false,
      followRedirect: false,
      retry: { limit: 0 },
      timeout: { request: 15_000 },
    });
    return { status: response.statusCode, body: response.body };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    throw connectionError(request, error);
  }
}

/** The error code in the XML of an S3 answer, or undefined if there is none. */
export function s3ErrorCode(body: string): string | undefined {
  return /<Code>([^<]+)<\/Code>/.exec(body)?.[1];
}
