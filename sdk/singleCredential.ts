import type * as pulumi from "@pulumi/pulumi";
import { outputsOf } from "./sinks.ts";
import { Credential } from "./stub.ts";

/** A credential that is one key, whose secrets are outputs unless they go elsewhere. */
export abstract class SingleCredential extends Credential {
  protected constructor(
    type: string,
    name: string,
    args: object,
    outputs: readonly string[],
    secretOutputs: readonly string[],
    opts?: pulumi.CustomResourceOptions,
  ) {
    super(type, name, args, outputsOf(args, outputs, secretOutputs), secretOutputs, opts);
  }
}
