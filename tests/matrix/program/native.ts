/** The classes of the program by the plugin's door: what the SDK of any language makes of the schema. */
import * as pulumi from "@pulumi/pulumi";
import type * as dynamic from "pulumi-iam-keys";

/** The outputs that the program asks for: an SDK names all that there are before the engine has said what they come to. */
const OUTPUTS = [
  "serviceAccountId",
  "oauthClientId",
  "privateKey",
  "keyFile",
  "createdAt",
  "accessKeyId",
  "secretAccessKey",
  "secret",
  "sessionToken",
  "expiresAt",
  "iamToken",
  "lockboxSecretId",
  "lockboxVersionId",
  "current",
  "previous",
];

function classOf(type: string) {
  return class extends pulumi.CustomResource {
    constructor(name: string, args: object, opts: pulumi.CustomResourceOptions = {}) {
      const outputs = Object.fromEntries(OUTPUTS.map((each) => [each, undefined]));
      const aliases = [{ type: `pulumi-nodejs:dynamic/iam-keys/${type}` }, ...(opts.aliases ?? [])];
      super(`iam-keys:${type}`, name, { ...outputs, ...args }, { ...opts, aliases });
    }
  };
}

/** One class for each name that is asked for. */
const classesOf = (module: string) =>
  new Proxy({}, { get: (_, name) => classOf(`${module}:${String(name)}`) });

export const native = { aws: classesOf("aws"), yandex: classesOf("yandex") } as Pick<
  typeof dynamic,
  "aws" | "yandex"
>;
