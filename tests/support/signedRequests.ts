import { IAMClient, ListAccessKeysCommand } from "@aws-sdk/client-iam";
import { Hash } from "@smithy/core/serde";
import { SignatureV4 } from "@smithy/signature-v4";
import type { LocalIam } from "../../local/iam/index.ts";

export interface SigningKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The HTTP status of a list of buckets that this key signs, as a user of Object Storage would. */
export async function statusOfListBuckets(iam: LocalIam, key: SigningKey): Promise<number> {
  const { host } = new URL(iam.url);
  const signer = new SignatureV4({
    credentials: key,
    region: "ru-central1",
    service: "s3",
    sha256: Hash.bind(null, "sha256"),
    uriEscapePath: false,
  });
  const { headers } = await signer.sign({
    method: "GET",
    protocol: "http:",
    hostname: host,
    path: "/",
    headers: { host },
  });
  const response = await fetch(`${iam.url}/`, { headers });
  await response.arrayBuffer();
  return response.status;
}

/** Whether AWS IAM at this address takes a request that this key signs. */
export async function awsAccepts(url: string, credentials: SigningKey): Promise<boolean> {
  const client = new IAMClient({ endpoint: url, region: "us-east-1", credentials, maxAttempts: 1 });
  try {
    await client.send(new ListAccessKeysCommand({}));
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === "InvalidClientTokenId") return false;
    throw error;
  } finally {
    client.destroy();
  }
}
