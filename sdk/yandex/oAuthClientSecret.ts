import type * as pulumi from "@pulumi/pulumi";
import type { CredentialArgs } from "../rotation.ts";
import { SingleCredential } from "../singleCredential.ts";

/** The arguments of {@link OAuthClientSecret}. */
export interface OAuthClientSecretArgs extends CredentialArgs {
  /** The id of the OAuth client the secret is for, at most 50 characters. A change replaces the secret. */
  readonly oauthClientId: pulumi.Input<string>;
  /**
   * What the secret is for, at most 256 characters together with the owner tag. Default: none. The API cannot
   * change it, so a change makes a new secret.
   */
  readonly description?: pulumi.Input<string> | undefined;
  /**
   * Whether the description on the server ends with the owner tag, `[pulumi project/stack/name #k3f9x2ab.4]`:
   * the resource, its mark, and the number of the secret. The output `description` does not contain the tag.
   * Default: `true`. A change makes a new secret.
   */
  readonly tagDescription?: pulumi.Input<boolean> | undefined;
}

export class OAuthClientSecret extends SingleCredential {
  /** The id of the OAuth client the secret belongs to. */
  declare readonly oauthClientId: pulumi.Output<string>;
  /** When the secret was made, in RFC 3339 with up to nine fractional digits. */
  declare readonly createdAt: pulumi.Output<string>;
  /** What the secret is for; empty if nothing was given. */
  declare readonly description: pulumi.Output<string>;
  /** The beginning of the secret, so that a person can recognize it. */
  declare readonly maskedSecret: pulumi.Output<string | undefined>;
  /** The secret itself (the API's `secretValue`). A Pulumi secret. */
  declare readonly secret: pulumi.Output<string>;

  /**
   * A secret of a Yandex Cloud OAuth client. An application uses it to authenticate as that client in OAuth
   * and OIDC flows. The provider does not try it before it hands it out, and the API does not report when it
   * was last used.
   *
   * @example
   * ```ts
   * const key = new yandex.OAuthClientSecret("login", { oauthClientId: "aje00000000000000000" });
   * export const clientSecret = key.secret;
   * ```
   * @see https://yandex.cloud/en/docs/iam/api-ref/OAuthClientSecret/create
   */
  constructor(name: string, args: OAuthClientSecretArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      "yandex:OAuthClientSecret",
      name,
      args,
      ["oauthClientId", "createdAt", "description", "maskedSecret", "secret"],
      ["secret"],
      opts,
    );
  }
}
