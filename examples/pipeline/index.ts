import * as pulumi from "@pulumi/pulumi";
import { yandex } from "pulumi-iam-keys";
import { CredentialFile, credentialsFile } from "./consumers/credentialFile.ts";

const config = new pulumi.Config();

// The first run that finds the key older than `every` makes a new one. The old key keeps working for `overlap`, so that
// whatever reads the key only when it starts has that long to restart.
const policy = { rotate: { every: "30d" }, overlap: "7d" };

const key = new yandex.RotatingStaticAccessKey("uploads", {
  serviceAccountId: config.require("serviceAccountId"),
  ...policy,
});

// What uses the key reads this file. node_modules/pulumi-iam-keys/examples/pipeline/consumers has
// functions for a Kubernetes Secret, a secret of GitHub Actions and an entry of Lockbox.
new CredentialFile("uploads-credentials", {
  path: config.get("credentialsFile") ?? "uploads.credentials",
  content: credentialsFile(key),
});

// The runs authenticate with an authorized key, and rotate that one, too. They read it from the file that
// yandex:serviceAccountKeyFile names. Keep an overlap: without it the old key is gone before the new one is in the file.
const runsKeyFile = new pulumi.Config("yandex").get("serviceAccountKeyFile");
if (runsKeyFile !== undefined) {
  const own = new yandex.RotatingServiceAccountKey("runs-own-key", policy);
  new CredentialFile("runs-own-key-file", { path: runsKeyFile, content: own.keyFile });
}

export const rotatesAt = key.rotatesAt;
