import type * as pulumi from "@pulumi/pulumi";
import type { AdoptArgs } from "../adoption.ts";
import type { CredentialArgs, VerifyArgs } from "../rotation.ts";
import { SingleCredential } from "../singleCredential.ts";
import type { DescribedArgs } from "./describedArgs.ts";

/** The arguments of {@link StaticAccessKey}. */
export interface StaticAccessKeyArgs extends CredentialArgs, VerifyArgs, AdoptArgs, DescribedArgs {
  /**
   * The id of the service account the key is for, at most 50 characters. Default: the account whose
   * credentials make the request. A change replaces the key. If you remove the argument later, the key stays
   * as it is.
   */
  readonly serviceAccountId?: pulumi.Input<string> | undefined;
}

export class StaticAccessKey extends SingleCredential {
  /** The id of the service account the key belongs to. */
  declare readonly serviceAccountId: pulumi.Output<string>;
  /** When the key was made, in RFC 3339 with up to nine fractional digits. */
  declare readonly createdAt: pulumi.Output<string>;
  /** What the key is for; empty if nothing was given. */
  declare readonly description: pulumi.Output<string>;
  /** The public half of the key (the API's `keyId`). It differs from the resource's id. */
  declare readonly accessKeyId: pulumi.Output<string>;
  /** The secret half of the key (the API's `secret`). A Pulumi secret. */
  declare readonly secretAccessKey: pulumi.Output<string>;

  /**
   * A static access key of a Yandex Cloud service account: AWS-compatible, for Object Storage, Message Queue
   * and everything else that accepts AWS signatures.
   *
   * Needs the role `iam.serviceAccounts.accessKeyAdmin` on the service account (otherwise PERMISSION_DENIED).
   *
   * @example
   * ```ts
   * const key = new yandex.StaticAccessKey("storage", { serviceAccountId: account.id, description: "uploads" });
   * export const accessKeyId = key.accessKeyId;
   * export const secretAccessKey = key.secretAccessKey;
   * ```
   * @see https://yandex.cloud/en/docs/iam/api-ref/AccessKey/create
   */
  constructor(name: string, args: StaticAccessKeyArgs = {}, opts?: pulumi.CustomResourceOptions) {
    super(
      "yandex:StaticAccessKey",
      name,
      args,
      ["serviceAccountId", "createdAt", "description", "accessKeyId", "secretAccessKey"],
      ["secretAccessKey"],
      opts,
    );
  }
}
