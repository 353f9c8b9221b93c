import * as pulumi from "@pulumi/pulumi";
import { yandex } from "pulumi-iam-keys";

// Rotated by the first run that finds it 30 days old. The key before it stays valid for seven days, so that
// a consumer which restarts once a week never holds a dead one.
const uploads = new yandex.RotatingStaticAccessKey("uploads", {
  serviceAccountId: new pulumi.Config().require("serviceAccountId"),
  description: "uploads to Object Storage",
  rotate: { every: "30d" },
  overlap: "7d",
  retire: { unlessUsedWithin: "24h" },
});

// What the consumer reads: an AWS credentials file, as every S3 client takes it.
export const credentialsFile = pulumi.interpolate`[default]
aws_access_key_id = ${uploads.accessKeyId}
aws_secret_access_key = ${uploads.secretAccessKey}
`;
export const rotatesAt = uploads.rotatesAt;
