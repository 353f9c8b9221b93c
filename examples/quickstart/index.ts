import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { aws, yandex } from "pulumi-iam-keys";

const config = new pulumi.Config();
const serviceAccountId = config.require("serviceAccountId");

// A new generation replaces each key that has it among its keepers: `pulumi config set generation 2`.
const generation = new random.RandomId("generation", {
  byteLength: 4,
  keepers: { generation: config.get("generation") ?? "1" },
});
const keepers = { generation: generation.hex };

// RSA key pair with which `yc`, the SDKs, Terraform and Pulumi authenticate.
const authorizedKey = new yandex.ServiceAccountKey("deployer", {
  serviceAccountId,
  description: "deployment pipeline",
  keepers,
});

// AWS-compatible key for Object Storage. The first run that finds it 30 days old makes a new one; the key before it
// goes on working for seven days, so that nothing that still uses it breaks.
const uploads = new yandex.RotatingStaticAccessKey("uploads", {
  serviceAccountId,
  description: "uploads to Object Storage",
  rotate: { every: "30d" },
  overlap: "7d",
});

// Short-lived token, replaced by the first run that finds less than an hour left.
const token = new yandex.IamToken("session", { serviceAccountId, minTtl: "1h", keepers });

export const keyFile = authorizedKey.keyFile;
export const storageAccessKeyId = uploads.accessKeyId;
export const storageSecretAccessKey = uploads.secretAccessKey;
export const iamToken = token.iamToken;

// AWS access key.
const awsKey = new aws.AccessKey("mailer", { userName: config.require("awsUserName"), keepers });
export const awsAccessKeyId = awsKey.accessKeyId;
export const awsSecretAccessKey = awsKey.secretAccessKey;
