import type * as pulumi from "@pulumi/pulumi";
import { keyFileOf } from "../../provider/kinds/keyFile.ts";
import { RotatingCredential } from "../rotatingCredential.ts";
import type { OverlapArgs } from "../rotation.ts";
import { hasSink } from "../sinks.ts";
import type { ServiceAccountKeyArgs } from "./serviceAccountKey.ts";

/** The arguments of {@link RotatingServiceAccountKey}. */
export interface RotatingServiceAccountKeyArgs extends ServiceAccountKeyArgs, OverlapArgs {}

/** One authorized key, as a {@link ServiceAccountKey} has it. */
export interface ServiceAccountKeyOutputs {
  readonly id: string;
  readonly serviceAccountId?: string;
  readonly userAccountId?: string;
  readonly createdAt: string;
  readonly description?: string;
  readonly keyAlgorithm: string;
  readonly publicKey: string;
  readonly privateKey: string;
}

export class RotatingServiceAccountKey extends RotatingCredential<ServiceAccountKeyOutputs> {
  /** The JSON key file of the current key. A Pulumi secret. */
  readonly keyFile!: pulumi.Output<string>;

  /**
   * An authorized key of a Yandex Cloud service account that is rotated while the previous key keeps working.
   * Consumers use `current`; `previous` stays valid for `overlap`.
   *
   * @example
   * ```ts
   * const key = new yandex.RotatingServiceAccountKey("ci", {
   *   serviceAccountId: account.id,
   *   rotate: { every: "30d" },
   *   overlap: "7d",
   * });
   * export const keyFile = key.keyFile;
   * ```
   * @see https://yandex.cloud/en/docs/iam/api-ref/Key/create
   */
  constructor(name: string, args: RotatingServiceAccountKeyArgs = {}, opts?: pulumi.CustomResourceOptions) {
    super("yandex:RotatingServiceAccountKey", name, args, opts);
    if (hasSink(args)) return;
    this.keyFile = this.current.apply(keyFileOf) as pulumi.Output<string>;
  }
}
