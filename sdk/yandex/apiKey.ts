import type * as pulumi from "@pulumi/pulumi";
import type { AdoptArgs } from "../adoption.ts";
import type { CredentialArgs } from "../rotation.ts";
import { SingleCredential } from "../singleCredential.ts";
import type { DescribedArgs } from "./describedArgs.ts";

/** The arguments of {@link ApiKey}. */
export interface ApiKeyArgs extends CredentialArgs, AdoptArgs, DescribedArgs {
  /**
   * The id of the service account the key is for, at most 50 characters. Default: the account whose
   * credentials make the request. A change replaces the key; left out later, it stays as it is.
   */
  readonly serviceAccountId?: pulumi.Input<string> | undefined;
  /**
   * What the key may be used for, e.g. `["yc.ai.foundationModels.execute"]`: 1 to 100 different scopes of at
   * most 256 characters. Default: what the API allows. Changed in place; left out later, it stays as it is.
   */
  readonly scopes?: pulumi.Input<pulumi.Input<string>[]> | undefined;
  /**
   * When the key ends, in RFC 3339: in the future when the key is made. Default: never. Not together with
   * `expiresIn` or `expiryMargin`. Changed in place.
   */
  readonly expiresAt?: pulumi.Input<string> | undefined;
  /**
   * How long after it is made the key ends: a duration such as "180d". Without `rotate` the key is rotated
   * when two thirds of it are over; with it, `rotate.every` (and `overlap`) must be shorter. Changed in place.
   */
  readonly expiresIn?: pulumi.Input<string> | undefined;
  /**
   * Has each key end by itself where no run rotates it any more: so long after the policy would be done with it, at the
   * age of `rotate.every` + `overlap` + this, and with a window + its `maxDelay`, or 7 days. "30d" outlives runs
   * that fail for 30 days; from then on, whoever uses the key is refused until a run works. A key that exists when
   * the policy changes is given more time, and never less. Needs `rotate`. Not with `expiresAt`, `expiresIn`,
   * `paused`, or a `retire` that lets a key stay while it is used. Default: keys do not end by themselves.
   */
  readonly expiryMargin?: pulumi.Input<string> | undefined;
}

export class ApiKey extends SingleCredential {
  /** The id of the service account the key belongs to. */
  declare readonly serviceAccountId: pulumi.Output<string>;
  /** When the key was made, in RFC 3339 with up to nine fractional digits. */
  declare readonly createdAt: pulumi.Output<string>;
  /** What the key is for; empty where nothing was said. */
  declare readonly description: pulumi.Output<string>;
  /** What the key may be used for; absent where the API does not say. */
  declare readonly scopes: pulumi.Output<string[] | undefined>;
  /** When the key ends, in RFC 3339; absent where it does not. */
  declare readonly expiresAt: pulumi.Output<string | undefined>;
  /** The end of the secret, by which a person recognises it. */
  declare readonly maskedSecret: pulumi.Output<string | undefined>;
  /** The key itself. A Pulumi secret. */
  declare readonly secret: pulumi.Output<string>;

  /**
   * An API key of a Yandex Cloud service account: a text that goes into the header `Authorization: Api-Key …`
   * of the services that take it. It is not tried before it is given out, as no service takes every key.
   *
   * Needs the role `iam.serviceAccounts.apiKeyAdmin` on the service account (PERMISSION_DENIED else).
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
