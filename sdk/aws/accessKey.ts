import type * as pulumi from "@pulumi/pulumi";
import type { AdoptArgs } from "../adoption.ts";
import type { CredentialArgs, TrialArgs, VerifyArgs } from "../rotation.ts";
import { SingleCredential } from "../singleCredential.ts";
import { sesSmtpPasswordOf } from "./sesSmtpPassword.ts";

/** How a new key is tried, beside `true` and `false`. */
export interface AccessKeyTrialArgs extends TrialArgs {
  /**
   * The regions whose STS must all know the key, such as "eu-central-1": those in which it is to be used.
   * Default: that of the settings alone.
   */
  readonly regions?: pulumi.Input<pulumi.Input<string>[]> | undefined;
}

/** The arguments of {@link AccessKey}. */
export interface AccessKeyArgs extends CredentialArgs, VerifyArgs<AccessKeyTrialArgs>, AdoptArgs {
  /**
   * The name of the IAM user the key is for: 1 to 128 characters out of letters, digits and `_+=,.@-`.
   * Default: the user whose credentials make the request. A change replaces the key; left out later, it stays as it is.
   */
  readonly userName?: pulumi.Input<string> | undefined;
  /**
   * "Active": the key may be used. "Inactive": AWS refuses it, and a change back to "Active" lets it in again.
   * Changed in place. Default: a new key is active, and one that somebody made inactive stays so.
   */
  readonly status?: pulumi.Input<"Active" | "Inactive"> | undefined;
}

export class AccessKey extends SingleCredential {
  /** The name of the user the key belongs to. */
  declare readonly userName: pulumi.Output<string>;
  /** The public half of the key, e.g. "AKIAIOSFODNN7EXAMPLE"; the same as the resource's id. */
  readonly accessKeyId: pulumi.Output<string>;
  /** The secret half of the key. A Pulumi secret. */
  declare readonly secretAccessKey: pulumi.Output<string>;
  /** "Active" or "Inactive". */
  declare readonly status: pulumi.Output<"Active" | "Inactive">;
  /** When the key was made, in RFC 3339; absent where AWS did not say. */
  declare readonly createDate: pulumi.Output<string | undefined>;

  /** The same as `createDate`, by the name that the other kinds have for it. */
  readonly createdAt: pulumi.Output<string | undefined>;

  /**
   * An access key of an AWS IAM user, with which the AWS CLI and SDKs sign requests.
   *
   * A replacement makes the new key first and deletes the old one last, so the user must have at most one
   * other key: AWS allows two (LIMIT_EXCEEDED). Needs `iam:CreateAccessKey`, `iam:ListAccessKeys`,
   * `iam:UpdateAccessKey` and `iam:DeleteAccessKey` on the user.
   *
   * @example
   * ```ts
   * const key = new aws.AccessKey("uploads", { userName: "uploader", keepers: { generation: "1" } });
   * export const accessKeyId = key.accessKeyId;
   * ```
   * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html
   */
  constructor(name: string, args: AccessKeyArgs = {}, opts?: pulumi.CustomResourceOptions) {
    super(
      "aws:AccessKey",
      name,
      args,
      ["userName", "secretAccessKey", "status", "createDate"],
      ["secretAccessKey"],
      opts,
    );
    this.accessKeyId = this.id;
    this.createdAt = this.createDate;
  }

  /**
   * The password for the SMTP interface of Amazon SES (version 4) in the region of the stack, `aws:region`; the user
   * name there is the access key id. A Pulumi secret. Throws where the stack has no region.
   */
  get sesSmtpPassword(): pulumi.Output<string> {
    return this.sesSmtpPasswordIn();
  }

  /** The same in another region, e.g. "eu-central-1". */
  sesSmtpPasswordIn(region?: pulumi.Input<string>): pulumi.Output<string> {
    return sesSmtpPasswordOf(this.secretAccessKey, region);
  }
}
