/** The stack of the fault matrix: a resource of every kind on an account of its own, and a consumer of each. */
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { aws, yandex } from "pulumi-iam-keys";
import type { ProgramSettings } from "../stackProgram.ts";

const settings = JSON.parse(readFileSync("program.json", "utf8")) as ProgramSettings;

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

const { accounts, generation, rotation, description, status } = settings;
const plain = { rotate: { every: "30d" }, keepers: { generation } };
const rotating = { rotate: { every: "30d" }, keepers: { rotation }, retire: { unlessUsedWithin: "1s" } };
const verify = { timeout: "5s" };
const described = (name: keyof typeof accounts) => ({ serviceAccountId: accounts[name], description });
const of = (name: keyof typeof accounts) => ({ ...described(name), verify });
const ofUser = (name: keyof typeof accounts) => ({ userName: accounts[name], status, verify });

const key = new yandex.ServiceAccountKey("key", { ...of("key"), ...plain });
const { id, serviceAccountId, privateKey } = key;
new Consumer("key", pulumi.all({ id, serviceAccountId, privateKey }));

const access = new yandex.StaticAccessKey("access", { ...of("access"), ...plain });
const { accessKeyId, secretAccessKey } = access;
new Consumer("access", pulumi.all({ id: access.id, accessKeyId, secretAccessKey }));

const api = new yandex.ApiKey("api", { ...described("api"), ...plain });
new Consumer("api", pulumi.all({ id: api.id, serviceAccountId: api.serviceAccountId, secret: api.secret }));

const ephemeral = new yandex.EphemeralAccessKey("ephemeral", {
  subjectId: accounts.ephemeral,
  sessionName: "matrix",
  ...plain,
});
const { sessionToken, expiresAt } = ephemeral;
new Consumer(
  "ephemeral",
  pulumi.all({
    id: ephemeral.id,
    accessKeyId: ephemeral.accessKeyId,
    secretAccessKey: ephemeral.secretAccessKey,
    sessionToken,
    expiresAt,
  }),
);

const token = new yandex.IamToken("token", { serviceAccountId: accounts.token, ...plain });
new Consumer("token", pulumi.all({ id: token.id, iamToken: token.iamToken, expiresAt: token.expiresAt }));

const user = new aws.AccessKey("user", { ...ofUser("user"), ...plain });
new Consumer("user", pulumi.all({ id: user.id, secretAccessKey: user.secretAccessKey }));

new Consumer(
  "rotatingKey",
  new yandex.RotatingServiceAccountKey("rotatingKey", { ...of("rotatingKey"), ...rotating }).current,
);
new Consumer(
  "rotatingAccess",
  new yandex.RotatingStaticAccessKey("rotatingAccess", { ...of("rotatingAccess"), ...rotating }).current,
);
new Consumer(
  "rotatingApi",
  new yandex.RotatingApiKey("rotatingApi", { ...described("rotatingApi"), ...rotating }).current,
);
new Consumer(
  "rotatingUser",
  new aws.RotatingAccessKey("rotatingUser", { ...ofUser("rotatingUser"), ...rotating }).current,
);
