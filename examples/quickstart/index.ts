import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { aws, yandex } from "pulumi-iam-keys";

const config = new pulumi.Config();
const serviceAccountId = config.require("serviceAccountId");

// A new generation replaces every key that keeps it: `pulumi config set generation 2`.
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

// AWS-compatible key for Object Storage.
const staticKey = new yandex.StaticAccessKey("uploads", {
  serviceAccountId,
  description: "uploads to Object Storage",
  keepers,
});

// Short-lived token, replaced by the first run that finds less than an hour left.
const token = new yandex.IamToken("session", { serviceAccountId, minTtl: "1h", keepers });

export const keyFile = authorizedKey.keyFile;
export const storageAccessKeyId = staticKey.accessKeyId;
export const storageSecretAccessKey = staticKey.secretAccessKey;
export const iamToken = token.iamToken;

// AWS access key.
const awsKey = new aws.AccessKey("mailer", { userName: config.require("awsUserName"), keepers });
export const awsAccessKeyId = awsKey.accessKeyId;
export const awsSecretAccessKey = awsKey.secretAccessKey;
