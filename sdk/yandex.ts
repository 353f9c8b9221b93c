// Written by `npm run schema`, out of the kinds and their classes.
import type { RotatingSinkable, Sinkable } from "./sinks.ts";
import { ApiKey as ApiKeyClass } from "./yandex/apiKey.ts";
import { EphemeralAccessKey as EphemeralAccessKeyClass } from "./yandex/ephemeralAccessKey.ts";
import { IamToken as IamTokenClass } from "./yandex/iamToken.ts";
import { OAuthClientSecret as OAuthClientSecretClass } from "./yandex/oAuthClientSecret.ts";
import { RotatingApiKey as RotatingApiKeyClass } from "./yandex/rotatingApiKey.ts";
import { RotatingOAuthClientSecret as RotatingOAuthClientSecretClass } from "./yandex/rotatingOAuthClientSecret.ts";
import { RotatingServiceAccountKey as RotatingServiceAccountKeyClass } from "./yandex/rotatingServiceAccountKey.ts";
import { RotatingStaticAccessKey as RotatingStaticAccessKeyClass } from "./yandex/rotatingStaticAccessKey.ts";
import { ServiceAccountKey as ServiceAccountKeyClass } from "./yandex/serviceAccountKey.ts";
import { StaticAccessKey as StaticAccessKeyClass } from "./yandex/staticAccessKey.ts";

export type { ApiKeyArgs } from "./yandex/apiKey.ts";
export type { EphemeralAccessKeyArgs } from "./yandex/ephemeralAccessKey.ts";
export { type GetIamTokenArgs, getIamToken } from "./yandex/getIamToken.ts";
export type { IamTokenArgs } from "./yandex/iamToken.ts";
export type { OAuthClientSecretArgs } from "./yandex/oAuthClientSecret.ts";
export type { ApiKeyOutputs, RotatingApiKeyArgs } from "./yandex/rotatingApiKey.ts";
export type {
  OAuthClientSecretOutputs,
  RotatingOAuthClientSecretArgs,
} from "./yandex/rotatingOAuthClientSecret.ts";
export type {
  RotatingServiceAccountKeyArgs,
  ServiceAccountKeyOutputs,
} from "./yandex/rotatingServiceAccountKey.ts";
export type {
  RotatingStaticAccessKeyArgs,
  StaticAccessKeyOutputs,
} from "./yandex/rotatingStaticAccessKey.ts";
export type { ServiceAccountKeyArgs } from "./yandex/serviceAccountKey.ts";
export type { StaticAccessKeyArgs } from "./yandex/staticAccessKey.ts";

// An editor shows the comment of a constructor where one is called, and these at every other name.

/** An API key of a Yandex Cloud service account. */
export const ApiKey: Sinkable<typeof ApiKeyClass, "secret", never, "keyId"> = ApiKeyClass as never;
export type ApiKey = ApiKeyClass;

/** An API key of a Yandex Cloud service account that is rotated while the previous key keeps working. */
export const RotatingApiKey: RotatingSinkable<
  typeof RotatingApiKeyClass,
  import("./yandex/rotatingApiKey.ts").ApiKeyOutputs,
  "secret",
  never,
  "keyId"
> = RotatingApiKeyClass as never;
export type RotatingApiKey = RotatingApiKeyClass;

/** A temporary, AWS-compatible key of a Yandex Cloud service account, with a session token. */
export const EphemeralAccessKey: Sinkable<
  typeof EphemeralAccessKeyClass,
  "secretAccessKey" | "sessionToken",
  never,
  "accessKeyId"
> = EphemeralAccessKeyClass as never;
export type EphemeralAccessKey = EphemeralAccessKeyClass;

/** A short-lived IAM token of a Yandex Cloud service account, made with the caller's own credentials (impersonation). */
export const IamToken: Sinkable<typeof IamTokenClass, "iamToken", never, never> = IamTokenClass as never;
export type IamToken = IamTokenClass;

/** A secret of a Yandex Cloud OAuth client. */
export const OAuthClientSecret: Sinkable<typeof OAuthClientSecretClass, "secret", never, "keyId"> =
  OAuthClientSecretClass as never;
export type OAuthClientSecret = OAuthClientSecretClass;

/** A secret of a Yandex Cloud OAuth client that is rotated while the previous secret keeps working. */
export const RotatingOAuthClientSecret: RotatingSinkable<
  typeof RotatingOAuthClientSecretClass,
  import("./yandex/rotatingOAuthClientSecret.ts").OAuthClientSecretOutputs,
  "secret",
  never,
  "keyId"
> = RotatingOAuthClientSecretClass as never;
export type RotatingOAuthClientSecret = RotatingOAuthClientSecretClass;

/** An authorized key of a Yandex Cloud service account. */
export const ServiceAccountKey: Sinkable<typeof ServiceAccountKeyClass, "privateKey", "keyFile", "keyId"> =
  ServiceAccountKeyClass as never;
export type ServiceAccountKey = ServiceAccountKeyClass;

/** An authorized key of a Yandex Cloud service account that is rotated while the previous key keeps working. */
export const RotatingServiceAccountKey: RotatingSinkable<
  typeof RotatingServiceAccountKeyClass,
  import("./yandex/rotatingServiceAccountKey.ts").ServiceAccountKeyOutputs,
  "privateKey",
  "keyFile",
  "keyId"
> = RotatingServiceAccountKeyClass as never;
export type RotatingServiceAccountKey = RotatingServiceAccountKeyClass;

/** A static access key of a Yandex Cloud service account. */
export const StaticAccessKey: Sinkable<typeof StaticAccessKeyClass, "secretAccessKey", never, "accessKeyId"> =
  StaticAccessKeyClass as never;
export type StaticAccessKey = StaticAccessKeyClass;

/** A static access key of a Yandex Cloud service account that is rotated while the previous key keeps working. */
export const RotatingStaticAccessKey: RotatingSinkable<
  typeof RotatingStaticAccessKeyClass,
  import("./yandex/rotatingStaticAccessKey.ts").StaticAccessKeyOutputs,
  "secretAccessKey",
  never,
  "accessKeyId"
> = RotatingStaticAccessKeyClass as never;
export type RotatingStaticAccessKey = RotatingStaticAccessKeyClass;
