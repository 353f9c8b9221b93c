import type * as pulumi from "@pulumi/pulumi";
import type { CredentialArgs } from "../rotation.ts";
import { SingleCredential } from "../singleCredential.ts";

/** The arguments of {@link IamToken}. */
export interface IamTokenArgs extends CredentialArgs {
  /** The id of the service account the token stands for, at most 50 characters. A change replaces the token. */
  readonly serviceAccountId: pulumi.Input<string>;
  /**
   * How long the token must still be valid after a run: a duration such as "30m" or "PT2H". A run that finds
   * less time left replaces the token. Tokens live for 12 h at most, so "12h" or more replaces the token in
   * every run. Default: "1h".
   */
  readonly minTtl?: pulumi.Input<string> | undefined;
}

export class IamToken extends SingleCredential {
  /** The id of the service account the token stands for. */
  declare readonly serviceAccountId: pulumi.Output<string>;
  /** The token, for the header `Authorization: Bearer …`. A Pulumi secret. */
  declare readonly iamToken: pulumi.Output<string>;
  /** When the token expires, in RFC 3339 with up to nine fractional digits. */
  declare readonly expiresAt: pulumi.Output<string>;

  /** When the provider asked for this token: what `createdAt` says. */
  declare private readonly keySince: pulumi.Output<string>;
  /** When the provider asked for the token, in RFC 3339. */
  readonly createdAt: pulumi.Output<string>;

  /**
   * A short-lived IAM token of a Yandex Cloud service account, made with the caller's own credentials
   * (impersonation). It is revoked when the resource is deleted.
   *
   * Needs the role `iam.serviceAccounts.tokenCreator` on the service account (otherwise PERMISSION_DENIED).
   *
   * @example
   * ```ts
   * const token = new yandex.IamToken("deploy", { serviceAccountId: account.id, minTtl: "2h" });
   * export const iamToken = token.iamToken;
   * ```
   * @see https://yandex.cloud/en/docs/iam/api-ref/IamToken/createForServiceAccount
   */
  constructor(name: string, args: IamTokenArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      "yandex:IamToken",
      name,
      args,
      ["serviceAccountId", "iamToken", "expiresAt", "keySince"],
      ["iamToken"],
      opts,
    );
    this.createdAt = this.keySince;
  }
}
