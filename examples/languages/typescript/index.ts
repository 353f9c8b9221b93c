import * as pulumi from "@pulumi/pulumi";
import * as iamKeys from "pulumi-iam-keys-sdk";

const config = new pulumi.Config();

const uploads = new iamKeys.yandex.RotatingStaticAccessKey("uploads", {
  serviceAccountId: config.require("serviceAccountId"),
  description: "uploads to Object Storage",
  rotate: { every: "30d" },
  overlap: "7d",
});

export const accessKeyId = uploads.accessKeyId;
export const secretAccessKey = uploads.secretAccessKey;
