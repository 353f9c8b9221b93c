import { createHmac } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";

/** The version of the algorithm, which is the first byte of a password. */
const VERSION = 0x04;

/**
 * The password for the SMTP interface of Amazon SES in that region, where the user name is the access key id.
 *
 * @see https://docs.aws.amazon.com/ses/latest/dg/smtp-credentials.html
 */
export function sesSmtpPasswordOf(
  secretAccessKey: pulumi.Output<string> | undefined,
  region: pulumi.Input<string> | undefined,
): pulumi.Output<string> {
  if (!secretAccessKey)
    throw new Error("There is no SMTP password of a key whose secret is kept out of the state.");
  return pulumi
    .secret(pulumi.all([secretAccessKey, region ?? regionOfStack()]))
    .apply(([secret, name]) => derive(secret, name)) as pulumi.Output<string>;
}

function regionOfStack(): string {
  const { "aws:region": configured } = pulumi.runtime.allConfig();
  const region = configured ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
  if (region) return region;
  throw new Error(
    "An SMTP password of Amazon SES is for one region: set aws:region in the stack's config, or give the region.",
  );
}

/** Signature version 4, over texts that never change; undefined for a key that was adopted without its secret. */
function derive(secretAccessKey: string | undefined, region: string): string | undefined {
  if (secretAccessKey === undefined) return undefined;
  const signature = ["11111111", region, "ses", "aws4_request", "SendRawEmail"].reduce<Buffer>(
    (key, text) => createHmac("sha256", key).update(text).digest(),
    Buffer.from(`AWS4${secretAccessKey}`),
  );
  return Buffer.concat([Buffer.from([VERSION]), signature]).toString("base64");
}
