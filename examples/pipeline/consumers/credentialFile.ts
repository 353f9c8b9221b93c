import * as pulumi from "@pulumi/pulumi";
import type { KeyPair } from "./keyPair.ts";

export interface CredentialFileArgs {
  /** Where the file is: an absolute path, or one relative to the program's folder. */
  readonly path: pulumi.Input<string>;
  /** What is in it. A Pulumi secret. */
  readonly content: pulumi.Input<string>;
}

/**
 * A file that only its owner can read, and that is replaced as a whole: who reads it finds the old content or the new
 * one. A file that was changed, removed or opened to others is set right by the next run that refreshes.
 */
export class CredentialFile extends pulumi.CustomResource {
  constructor(name: string, { path, content }: CredentialFileArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      "pulumi-nodejs:dynamic/pipeline:CredentialFile",
      name,
      { path, content: pulumi.secret(content), sha256: undefined, __provider: PROVIDER },
      opts,
    );
  }
}

/**
 * `pulumi.dynamic.Resource` would write its provider's code into the state, which it cannot with the imports of an ES
 * module. This names the file instead; the engine runs it in the program's folder.
 */
const PROVIDER =
  "exports.handler=()=>require(process.cwd()+'/consumers/credentialFileProvider.ts').credentialFileProvider";

/** An AWS credentials file, as every S3 client takes it. */
export function credentialsFile({ accessKeyId, secretAccessKey }: KeyPair): pulumi.Output<string> {
  return pulumi.interpolate`[default]
aws_access_key_id = ${accessKeyId}
aws_secret_access_key = ${secretAccessKey}
`;
}
