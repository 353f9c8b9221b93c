import type * as pulumi from "@pulumi/pulumi";
import type { CredentialArgs } from "../rotation.ts";
import { SingleCredential } from "../singleCredential.ts";

/** The arguments of {@link EphemeralAccessKey}. */
export interface EphemeralAccessKeyArgs extends CredentialArgs {
  /**
   * The id of the service account the key stands for, at most 50 characters. Default: the account whose
   * credentials make the request. A change replaces the key.
   */
  readonly subjectId?: pulumi.Input<string> | undefined;
  /** A name for what is done with the key: 1 to 64 letters, digits and `_+=,.@-`. A change replaces the key. */
  readonly sessionName: pulumi.Input<string>;
  /**
   * What the key may be used for: a policy of Object Storage, as a JSON object or its text, at most 2048
   * characters. Default: everything that its account may do. A change replaces the key.
   */
  readonly policy?: pulumi.Input<string | Record<string, unknown>> | undefined;
  /**
   * How long the key lives: "15m" to "8760h". Default: what the API chooses, at most as long as the caller's
   * token. A change replaces the key.
   */
  readonly duration?: pulumi.Input<string> | undefined;
  /**
   * How long the key must still be valid after a run. A run that finds less time left replaces the key. Must
   * be shorter than `duration`. Default: "1h".
   */
  readonly minTtl?: pulumi.Input<string> | undefined;
}

export class EphemeralAccessKey extends SingleCredential {
  /** The public half of the key; the same as the resource's id. */
  readonly accessKeyId: pulumi.Output<string>;
  /** The secret half of the key. A Pulumi secret. */
  declare readonly secretAccessKey: pulumi.Output<string>;
  /** The session token, which goes with every request that the key signs. A Pulumi secret. */
  declare readonly sessionToken: pulumi.Output<string>;
  /** When the key expires, in RFC 3339 with up to nine fractional digits. */
  declare readonly expiresAt: pulumi.Output<string>;

  /**
   * A temporary, AWS-compatible key of a Yandex Cloud service account, with a session token. It expires by
   * itself. The API cannot delete it, so a replaced key is valid until it expires.
   *
   * Needs the role `iam.serviceAccounts.ephemeralAccessKeyAdmin` on an account that is not the caller's
   * (otherwise PERMISSION_DENIED).
   *
   * @example
   * ```ts
   * const key = new yandex.EphemeralAccessKey("backup", { sessionName: "backup", duration: "12h", minTtl: "2h" });
   * export const sessionToken = key.sessionToken;
   * ```
   * @see https://yandex.cloud/en/docs/iam/api-ref/TemporaryAccessKey/createEphemeral
   */
  constructor(name: string, args: EphemeralAccessKeyArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      "yandex:EphemeralAccessKey",
      name,
      args,
      ["secretAccessKey", "sessionToken", "expiresAt"],
      ["secretAccessKey", "sessionToken"],
      opts,
    );
    this.accessKeyId = this.id;
  }
}
