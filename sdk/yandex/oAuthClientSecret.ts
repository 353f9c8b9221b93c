import type * as pulumi from "@pulumi/pulumi";
import type { CredentialArgs } from "../rotation.ts";
import { SingleCredential } from "../singleCredential.ts";

/** The arguments of {@link OAuthClientSecret}. */
export interface OAuthClientSecretArgs extends CredentialArgs {
  /** The id of the OAuth client the secret is for, at most 50 characters. A change replaces the secret. */
  readonly oauthClientId: pulumi.Input<string>;
  /**
   * What the secret is for, at most 256 characters together with the owner tag. Default: none. The API cannot change it:
   * a change makes a new secret.
   */
  readonly description?: pulumi.Input<string> | undefined;
  /**
   * Whether the description on the server ends with the owner tag, `[pulumi project/stack/name #k3f9x2ab.4]`:
   * the resource, its mark, and the number of the secret. The output `description` is without it. Default: `true`. A
   * change makes a new secret.
   */
  readonly tagDescription?: pulumi.Input<boolean> | undefined;
}

export class OAuthClientSecret extends SingleCredential {
  /** The id of the OAuth client the secret belongs to. */
  declare readonly oauthClientId: pulumi.Output<string>;
  /** When the secret was made, in RFC 3339 with up to nine fractional digits. */
  declare readonly createdAt: pulumi.Output<string>;
  /** What the secret is for; empty where nothing was said. */
  declare readonly description: pulumi.Output<string>;
  /** The beginning of the secret, by which a person recognises it. */
  declare readonly maskedSecret: pulumi.Output<string | undefined>;
  /** The secret itself (the API's `secretValue`). A Pulumi secret. */
  declare readonly secret: pulumi.Output<string>;

  /**
   * A secret of a Yandex Cloud OAuth client, with which an application shows in OAuth and OIDC flows that it is that client.
   * It is not tried before it is given out, and the API does not tell when it was last used.
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
