/** The stack of the fault matrix: a resource of every kind on an account of its own, and a consumer of each. */
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import * as dynamic from "pulumi-iam-keys";
import type { ProgramSettings } from "../stackProgram.ts";
import { native } from "./native.ts";

const settings = JSON.parse(readFileSync("program.json", "utf8")) as ProgramSettings;
const { aws, yandex } = process.env.MATRIX_DOOR === "native" ? native : dynamic;

/** Takes a credential as any resource would that needs one; its provider is `consumer.ts`, beside this file. */
class Consumer extends pulumi.CustomResource {
  constructor(name: string, key: pulumi.Input<object>) {
    super("pulumi-nodejs:dynamic:Consumer", `consumer-of-${name}`, {
      key: pulumi.secret(key),
      name,
      __provider: `exports.handler=()=>require(${JSON.stringify(`${process.cwd()}/consumer.ts`)}).consumer`,
    });
  }
}

const { accounts, secrets, generation, rotation, description } = settings;
const window = settings.onlyOn && { days: [settings.onlyOn], timeZone: "UTC" };
const rotate = { every: "30d", ...(window ? { window } : {}) };
const verify = { timeout: "5s" };
const status = settings.status === "unsaid" ? {} : { status: settings.status };
const plain = { rotate, keepers: { generation } };
const rotating = {
  rotate,
  keepers: { rotation },
  retire: settings.undo ? ("undo" as const) : { unlessUsedWithin: "1s" },
};
const options = { retainOnDelete: settings.retained };

/** What the program gives to the kinds of Yandex Cloud that can be listed. */
const described = (account: string) => ({ serviceAccountId: account, description });
const toLockbox = (name: Name) => ({
  secretId: secrets[name] ?? "",
  entryForAccessKeyId: "id",
  entryForSecretAccessKey: "secret",
});

type Name = keyof typeof accounts;

/** Makes a resource on its account, and gives what its consumer takes. */
const made: Record<Name, (account: string) => pulumi.Input<object>> = {
  key(account) {
    const { id, serviceAccountId, privateKey } = new yandex.ServiceAccountKey(
      "key",
      { ...described(account), ...plain, verify },
      options,
    );
    return pulumi.all({ id, serviceAccountId, privateKey });
  },
  access(account) {
    const { id, accessKeyId, secretAccessKey } = new yandex.StaticAccessKey(
      "access",
      { ...described(account), ...plain, verify },
      options,
    );
    return pulumi.all({ id, accessKeyId, secretAccessKey });
  },
  api(account) {
    const { id, serviceAccountId, secret } = new yandex.ApiKey(
      "api",
      { ...described(account), ...plain },
      options,
    );
    return pulumi.all({ id, serviceAccountId, secret });
  },
  oauth(account) {
    const { id, oauthClientId, secret } = new yandex.OAuthClientSecret(
      "oauth",
      { oauthClientId: account, description, ...plain },
      options,
    );
    return pulumi.all({ id, oauthClientId, secret });
  },
  ephemeral(account) {
    const { id, accessKeyId, secretAccessKey, sessionToken, expiresAt } = new yandex.EphemeralAccessKey(
      "ephemeral",
      { subjectId: account, sessionName: "matrix", ...plain },
    );
    return pulumi.all({ id, accessKeyId, secretAccessKey, sessionToken, expiresAt });
  },
  token(account) {
    const { id, iamToken, expiresAt } = new yandex.IamToken("token", { serviceAccountId: account, ...plain });
    return pulumi.all({ id, iamToken, expiresAt });
  },
  user(account) {
    const { id, secretAccessKey } = new aws.AccessKey(
      "user",
      { userName: account, ...status, ...plain, verify },
      options,
    );
    return pulumi.all({ id, secretAccessKey });
  },
  sunk(account) {
    const { id, lockboxSecretId, lockboxVersionId } = new yandex.StaticAccessKey(
      "sunk",
      { ...described(account), ...plain, verify, outputToLockbox: toLockbox("sunk") },
      options,
    );
    return pulumi.all({ id, lockboxSecretId, lockboxVersionId });
  },
  rotatingKey: (account) =>
    new yandex.RotatingServiceAccountKey("rotatingKey", { ...described(account), ...rotating, verify })
      .current,
  rotatingAccess: (account) =>
    new yandex.RotatingStaticAccessKey("rotatingAccess", { ...described(account), ...rotating, verify })
      .current,
  rotatingApi: (account) =>
    new yandex.RotatingApiKey("rotatingApi", { ...described(account), ...rotating }).current,
  rotatingOauth: (account) =>
    new yandex.RotatingOAuthClientSecret("rotatingOauth", {
      oauthClientId: account,
      description,
      rotate,
      keepers: { rotation },
    }).current,
  rotatingUser: (account) =>
    new aws.RotatingAccessKey("rotatingUser", { userName: account, ...status, ...rotating, verify }).current,
  rotatingSunk: (account) =>
    new yandex.RotatingStaticAccessKey("rotatingSunk", {
      ...described(account),
      ...rotating,
      verify,
      outputToLockbox: toLockbox("rotatingSunk"),
    }).current,
};

for (const [name, account] of Object.entries(accounts) as [Name, string][])
  new Consumer(name, made[name](account));
