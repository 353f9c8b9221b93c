import type * as pulumi from "@pulumi/pulumi";
import type { AdoptArgs } from "../adoption.ts";
import type { CredentialArgs, TrialArgs, VerifyArgs } from "../rotation.ts";
import { SingleCredential } from "../singleCredential.ts";
import { sesSmtpPasswordOf } from "./sesSmtpPassword.ts";

/** How a new key is tried, beside `true` and `false`. */
export interface AccessKeyTrialArgs extends TrialArgs {
  /**
   * The regions in which you use the key, such as "eu-central-1": their STS must all accept it. Default: only
   * the region of the settings.
   */
  readonly regions?: pulumi.Input<pulumi.Input<string>[]> | undefined;
}

/** The arguments of {@link AccessKey}. */
export interface AccessKeyArgs extends CredentialArgs, VerifyArgs<AccessKeyTrialArgs>, AdoptArgs {
  /**
   * The name of the IAM user the key is for: 1 to 128 letters, digits and `_+=,.@-`. Default: the user whose
   * credentials make the request. A change replaces the key. If you remove the argument later, the key stays
   * as it is.
   */
  readonly userName?: pulumi.Input<string> | undefined;
  /**
   * "Active": the key works. "Inactive": AWS refuses the key until you change it back to "Active". Changed in
   * place. Default: a new key is active, and a key that somebody made inactive stays inactive.
   */
  readonly status?: pulumi.Input<"Active" | "Inactive"> | undefined;
}

export class AccessKey extends SingleCredential {
  /** The name of the user the key belongs to. */
  declare readonly userName: pulumi.Output<string>;
  /** The public half of the key, such as "AKIAIOSFODNN7EXAMPLE"; the same as the resource's id. */
  readonly accessKeyId: pulumi.Output<string>;
  /** The secret half of the key. A Pulumi secret. */
  declare readonly secretAccessKey: pulumi.Output<string>;
  /** "Active" or "Inactive". */
  declare readonly status: pulumi.Output<"Active" | "Inactive">;
  /** When the key was made, in RFC 3339; absent if AWS did not say. */
  declare readonly createDate: pulumi.Output<string | undefined>;

  /** The same as `createDate`, under the name that the other kinds use. */
  readonly createdAt: pulumi.Output<string | undefined>;

  /**
   * An access key of an AWS IAM user. The AWS CLI and SDKs sign requests with it.
   *
   * A replacement makes the new key first and deletes the old one last. AWS allows two keys per user, so the
   * user must have at most one other key (LIMIT_EXCEEDED). Needs `iam:CreateAccessKey`, `iam:ListAccessKeys`,
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
   * The password for the SMTP interface of Amazon SES (version 4) in the region of the stack, `aws:region`.
   * The user name there is the access key id. A Pulumi secret. Throws if the stack has no region.
   */
  get sesSmtpPassword(): pulumi.Output<string> {
    return this.sesSmtpPasswordIn();
  }

  /** The same in another region, such as "eu-central-1". */
  sesSmtpPasswordIn(region?: pulumi.Input<string>): pulumi.Output<string> {
    return sesSmtpPasswordOf(this.secretAccessKey, region);
  }
}
