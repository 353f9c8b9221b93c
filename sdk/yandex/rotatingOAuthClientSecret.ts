import type * as pulumi from "@pulumi/pulumi";
import { RotatingCredential } from "../rotatingCredential.ts";
import type { OverlapArgs } from "../rotation.ts";
import { hasSink } from "../sinks.ts";
import type { OAuthClientSecretArgs } from "./oAuthClientSecret.ts";

/** The arguments of {@link RotatingOAuthClientSecret}. */
export interface RotatingOAuthClientSecretArgs extends OAuthClientSecretArgs, OverlapArgs {}

/** One secret of an OAuth client, as an {@link OAuthClientSecret} has it. */
export interface OAuthClientSecretOutputs {
  readonly id: string;
  readonly oauthClientId: string;
  readonly createdAt: string;
  readonly description?: string;
  readonly maskedSecret?: string;
  readonly secret: string;
}

export class RotatingOAuthClientSecret extends RotatingCredential<OAuthClientSecretOutputs> {
  /** The current secret itself. A Pulumi secret. */
  readonly secret!: pulumi.Output<string>;

  /**
   * A secret of a Yandex Cloud OAuth client that is rotated while the previous secret keeps working.
   * Consumers use `current`; `previous` stays valid for `overlap`. `retire.unlessUsedWithin` and
   * `retire.onceCurrentUsed` are refused, because the API does not report when a secret was last used.
   *
   * @example
   * ```ts
   * const key = new yandex.RotatingOAuthClientSecret("login", {
   *   oauthClientId: "aje00000000000000000",
   *   rotate: { every: "90d" },
   *   overlap: "7d",
   * });
   * export const clientSecret = key.secret;
   * ```
   * @see https://yandex.cloud/en/docs/iam/api-ref/OAuthClientSecret/create
   */
  constructor(name: string, args: RotatingOAuthClientSecretArgs, opts?: pulumi.CustomResourceOptions) {
    super("yandex:RotatingOAuthClientSecret", name, args, opts);
    if (hasSink(args)) return;
    this.secret = this.current.secret;
  }
}
