import * as pulumi from "@pulumi/pulumi";
import { RotatingCredential } from "../rotatingCredential.ts";
import type { OverlapArgs } from "../rotation.ts";
import { hasSink } from "../sinks.ts";
import type { AccessKeyArgs } from "./accessKey.ts";
import { sesSmtpPasswordOf } from "./sesSmtpPassword.ts";

/** The arguments of {@link RotatingAccessKey}. */
export interface RotatingAccessKeyArgs extends AccessKeyArgs, OverlapArgs {}

/** One access key, as an {@link AccessKey} has it; its id is the access key id. */
export interface AccessKeyOutputs {
  readonly id: string;
  readonly userName: string;
  readonly createdAt: string;
  readonly status: "Active" | "Inactive";
  readonly secretAccessKey: string;
}

export class RotatingAccessKey extends RotatingCredential<AccessKeyOutputs> {
  /** The public half of the current key. */
  readonly accessKeyId: pulumi.Output<string>;
  /** The secret half of the current key. A Pulumi secret. */
  readonly secretAccessKey!: pulumi.Output<string>;

  /**
   * An access key of an AWS IAM user that is rotated while the previous key keeps working. When the overlap
   * is over, a run makes the previous key inactive, and a later run deletes it after `retire.grace`.
   *
   * AWS allows two keys per user, and this resource needs both. It never touches a third key that is not its
   * own: the run stops before it does anything, and names that key (LIMIT_EXCEEDED). Needs
   * `iam:GetAccessKeyLastUsed` in addition to the rights of an {@link AccessKey}.
   *
   * @example
   * ```ts
   * const key = new aws.RotatingAccessKey("mailer", {
   *   userName: "mailer",
   *   rotate: { every: "90d" },
   *   overlap: "7d",
   * });
   * export const secretAccessKey = key.secretAccessKey;
   * ```
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html
   */
  constructor(name: string, args: RotatingAccessKeyArgs = {}, opts?: pulumi.CustomResourceOptions) {
    super("aws:RotatingAccessKey", name, args, opts);
    this.accessKeyId = pulumi.unsecret(this.current.id);
    if (hasSink(args)) return;
    this.secretAccessKey = this.current.secretAccessKey;
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
