import * as pulumi from "@pulumi/pulumi";
import { aws, yandex } from "pulumi-iam-keys";
import { CredentialFile, credentialsFile } from "./consumers/credentialFile.ts";

const config = new pulumi.Config();

// Rotated by the first run that finds it 30 days old. The key before it works for seven days more, so that what reads
// the file when it starts has a week to start anew.
const policy = { rotate: { every: "30d" }, overlap: "7d" };

const uploads = new yandex.RotatingStaticAccessKey("uploads", {
  serviceAccountId: config.require("serviceAccountId"),
  ...policy,
});
new CredentialFile("uploads-credentials", {
  path: config.get("uploadsFile") ?? "uploads.credentials",
  content: credentialsFile(uploads),
});

// Instead of the file, or beside it:
//
// import * as kubernetes from "@pulumi/kubernetes";
// import { kubernetesSecret } from "./consumers/kubernetesSecret.ts";
// kubernetesSecret(kubernetes.core.v1.Secret, "uploads-credentials", "production", uploads);
//
// import * as github from "@pulumi/github";
// import { githubActionsSecret } from "./consumers/githubActionsSecret.ts";
// githubActionsSecret(github.ActionsSecret, "uploads", "my-repository", uploads);
//
// Instead of `uploads` above, so that its secret is in no state:
//
// import { lockboxUploads } from "./consumers/lockboxEntry.ts";
// const uploads = lockboxUploads(config.require("serviceAccountId"), config.require("lockboxSecretId"), policy);

const awsUserName = config.get("awsUserName");
if (awsUserName !== undefined) {
  const mailer = new aws.RotatingAccessKey("mailer", { userName: awsUserName, ...policy });
  new CredentialFile("mailer-credentials", {
    path: config.get("mailerFile") ?? "mailer.credentials",
    content: credentialsFile(mailer),
  });
}

// A run that authenticates with an authorized key rotates that one too. The next run reads the new key where this one
// read the old one: in the file that yandex:serviceAccountKeyFile names. Without an overlap the old key would be gone
// before the new one is in the file.
const runsKeyFile = new pulumi.Config("yandex").get("serviceAccountKeyFile");
if (runsKeyFile !== undefined) {
  const own = new yandex.RotatingServiceAccountKey("runs-own-key", policy);
  new CredentialFile("runs-own-key-file", { path: runsKeyFile, content: own.keyFile });
}

export const uploadsRotateAt = uploads.rotatesAt;
