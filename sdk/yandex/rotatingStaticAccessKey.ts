import * as pulumi from "@pulumi/pulumi";
import { RotatingCredential } from "../rotatingCredential.ts";
import type { OverlapArgs } from "../rotation.ts";
import { hasSink } from "../sinks.ts";
import type { StaticAccessKeyArgs } from "./staticAccessKey.ts";

/** The arguments of {@link RotatingStaticAccessKey}. */
export interface RotatingStaticAccessKeyArgs extends StaticAccessKeyArgs, OverlapArgs {}

/** One static key, as a {@link StaticAccessKey} has it. */
export interface StaticAccessKeyOutputs {
  readonly id: string;
  readonly serviceAccountId: string;
  readonly createdAt: string;
  readonly description?: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export class RotatingStaticAccessKey extends RotatingCredential<StaticAccessKeyOutputs> {
  /** The public half of the current key. */
  readonly accessKeyId: pulumi.Output<string>;
  /** The secret half of the current key. A Pulumi secret. */
  readonly secretAccessKey!: pulumi.Output<string>;

  /**
   * A static access key of a Yandex Cloud service account that is rotated while the previous key keeps
   * working. Consumers use `current`; `previous` stays valid for `overlap`.
   *
   * @example
   * ```ts
   * const key = new yandex.RotatingStaticAccessKey("uploads", {
   *   serviceAccountId: account.id,
   *   rotate: { every: "30d" },
   *   overlap: "7d",
   * });
   * export const secretAccessKey = key.secretAccessKey;
   * ```
   * @see https://yandex.cloud/en/docs/iam/api-ref/AccessKey/create
   */
  constructor(name: string, args: RotatingStaticAccessKeyArgs = {}, opts?: pulumi.CustomResourceOptions) {
    super("yandex:RotatingStaticAccessKey", name, args, opts);
    this.accessKeyId = pulumi.unsecret(this.current.accessKeyId);
    if (hasSink(args)) return;
    this.secretAccessKey = this.current.secretAccessKey;
  }
}
