import type * as pulumi from "@pulumi/pulumi";
import { RotatingCredential } from "../rotatingCredential.ts";
import type { OverlapArgs } from "../rotation.ts";
import { hasSink } from "../sinks.ts";
import type { ApiKeyArgs } from "./apiKey.ts";

/** The arguments of {@link RotatingApiKey}. */
export interface RotatingApiKeyArgs extends ApiKeyArgs, OverlapArgs {}

/** One API key, as an {@link ApiKey} has it. */
export interface ApiKeyOutputs {
  readonly id: string;
  readonly serviceAccountId: string;
  readonly createdAt: string;
  readonly description?: string;
  readonly scopes?: readonly string[];
  readonly expiresAt?: string;
  readonly maskedSecret?: string;
  readonly secret: string;
}

export class RotatingApiKey extends RotatingCredential<ApiKeyOutputs> {
  /** The current key itself. A Pulumi secret. */
  readonly secret!: pulumi.Output<string>;

  /**
   * An API key of a Yandex Cloud service account that is rotated while the previous key keeps working.
   * Consumers use `current`; `previous` stays valid for `overlap`.
   *
   * @example
   * ```ts
   * const key = new yandex.RotatingApiKey("search", {
   *   serviceAccountId: account.id,
   *   expiresIn: "180d",
   *   overlap: "7d",
   * });
   * export const apiKey = key.secret;
   * ```
   * @see https://yandex.cloud/en/docs/iam/api-ref/ApiKey/create
   */
  constructor(name: string, args: RotatingApiKeyArgs = {}, opts?: pulumi.CustomResourceOptions) {
    super("yandex:RotatingApiKey", name, args, opts);
    if (hasSink(args)) return;
    this.secret = this.current.secret;
  }
}
