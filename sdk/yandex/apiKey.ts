import type * as pulumi from "@pulumi/pulumi";
import type { AdoptArgs } from "../adoption.ts";
import type { CredentialArgs } from "../rotation.ts";
import { SingleCredential } from "../singleCredential.ts";
import type { DescribedArgs } from "./describedArgs.ts";

/** The arguments of {@link ApiKey}. */
export interface ApiKeyArgs extends CredentialArgs, AdoptArgs, DescribedArgs {
  /**
   * The id of the service account the key is for, at most 50 characters. Default: the account whose
   * credentials make the request. A change replaces the key. If you remove the argument later, the key stays
   * as it is.
   */
  readonly serviceAccountId?: pulumi.Input<string> | undefined;
  /**
   * What the key may be used for, such as `["yc.ai.foundationModels.execute"]`: 1 to 100 different scopes of
   * at most 256 characters. Default: what the API allows. Changed in place. If you remove the argument later,
   * the scopes stay as they are.
   */
  readonly scopes?: pulumi.Input<pulumi.Input<string>[]> | undefined;
  /**
   * When the key expires, in RFC 3339. It must be in the future when the key is made. Default: never. You
   * cannot combine it with `expiresIn` or `expiryMargin`. Changed in place.
   */
  readonly expiresAt?: pulumi.Input<string> | undefined;
  /**
   * The lifetime of a key: a duration such as "180d". Without `rotate`, the key is rotated when two thirds of
   * that time are over. With `rotate`, `rotate.every` (and `overlap`) must be shorter. Changed in place.
   */
  readonly expiresIn?: pulumi.Input<string> | undefined;
  /**
   * Makes each key expire by itself if no run rotates it any more. The key expires this long after the policy
   * would be done with it: at the age of `rotate.every` + `overlap` + this, and with a window + its
   * `maxDelay`, or 7 days. "30d" allows runs to fail for 30 days. After that, whoever uses the key is refused
   * until a run works. If the policy changes, an existing key gets more time, and never less. Needs `rotate`.
   * You cannot combine it with `expiresAt`, `expiresIn`, `paused`, or a `retire` that lets a key stay while
   * it is used. Default: keys do not expire by themselves.
   */
  readonly expiryMargin?: pulumi.Input<string> | undefined;
}

export class ApiKey extends SingleCredential {
  /** The id of the service account the key belongs to. */
  declare readonly serviceAccountId: pulumi.Output<string>;
  /** When the key was made, in RFC 3339 with up to nine fractional digits. */
  declare readonly createdAt: pulumi.Output<string>;
  /** What the key is for; empty if nothing was given. */
  declare readonly description: pulumi.Output<string>;
  /** What the key may be used for; absent if the API does not say. */
  declare readonly scopes: pulumi.Output<string[] | undefined>;
  /** When the key expires, in RFC 3339; absent if it does not. */
  declare readonly expiresAt: pulumi.Output<string | undefined>;
  /** The end of the secret, so that a person can recognize it. */
  declare readonly maskedSecret: pulumi.Output<string | undefined>;
  /** The key itself. A Pulumi secret. */
  declare readonly secret: pulumi.Output<string>;

  /**
   * An API key of a Yandex Cloud service account: a text that goes into the header `Authorization: Api-Key …`
   * of the services that accept it. The provider does not try it before it hands it out, because no service
   * accepts every key.
   *
   * Needs the role `iam.serviceAccounts.apiKeyAdmin` on the service account (otherwise PERMISSION_DENIED).
   *
   * @example
   * ```ts
   * const key = new yandex.ApiKey("search", { serviceAccountId: account.id, expiresIn: "180d" });
   * export const apiKey = key.secret;
   * ```
   * @see https://yandex.cloud/en/docs/iam/api-ref/ApiKey/create
   */
  constructor(name: string, args: ApiKeyArgs = {}, opts?: pulumi.CustomResourceOptions) {
    super(
      "yandex:ApiKey",
      name,
      args,
      ["serviceAccountId", "createdAt", "description", "scopes", "expiresAt", "maskedSecret", "secret"],
      ["secret"],
      opts,
    );
  }
}
