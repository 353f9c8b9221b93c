import type { RotatingSinkable, Sinkable } from "./sinks.ts";
import { ApiKey as ApiKeyClass } from "./yandex/apiKey.ts";
import { EphemeralAccessKey as EphemeralAccessKeyClass } from "./yandex/ephemeralAccessKey.ts";
import { IamToken as IamTokenClass } from "./yandex/iamToken.ts";
import { type ApiKeyOutputs, RotatingApiKey as RotatingApiKeyClass } from "./yandex/rotatingApiKey.ts";
import {
  RotatingServiceAccountKey as RotatingServiceAccountKeyClass,
  type ServiceAccountKeyOutputs,
} from "./yandex/rotatingServiceAccountKey.ts";
import {
  RotatingStaticAccessKey as RotatingStaticAccessKeyClass,
  type StaticAccessKeyOutputs,
} from "./yandex/rotatingStaticAccessKey.ts";
import { ServiceAccountKey as ServiceAccountKeyClass } from "./yandex/serviceAccountKey.ts";
import { StaticAccessKey as StaticAccessKeyClass } from "./yandex/staticAccessKey.ts";

export type { ApiKeyArgs } from "./yandex/apiKey.ts";
export type { EphemeralAccessKeyArgs } from "./yandex/ephemeralAccessKey.ts";
export { type GetIamTokenArgs, getIamToken } from "./yandex/getIamToken.ts";
export type { IamTokenArgs } from "./yandex/iamToken.ts";
export type { ApiKeyOutputs, RotatingApiKeyArgs } from "./yandex/rotatingApiKey.ts";
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

// An editor shows the comment of a constructor where one is called, and these where a name stands alone.

/** An API key of a Yandex Cloud service account. */
export const ApiKey: Sinkable<typeof ApiKeyClass, "secret", never, "keyId"> = ApiKeyClass as never;
export type ApiKey = ApiKeyClass;

/** A temporary, AWS-compatible key of a Yandex Cloud service account, with a session token. */
export const EphemeralAccessKey: Sinkable<
  typeof EphemeralAccessKeyClass,
  "secretAccessKey" | "sessionToken",
  never,
  "accessKeyId"
> = EphemeralAccessKeyClass as never;
export type EphemeralAccessKey = EphemeralAccessKeyClass;

/** A short-lived IAM token of a Yandex Cloud service account. */
export const IamToken: Sinkable<typeof IamTokenClass, "iamToken"> = IamTokenClass as never;
export type IamToken = IamTokenClass;

/** An authorized key of a Yandex Cloud service account. */
export const ServiceAccountKey: Sinkable<typeof ServiceAccountKeyClass, "privateKey", "keyFile", "keyId"> =
  ServiceAccountKeyClass as never;
export type ServiceAccountKey = ServiceAccountKeyClass;

/** A static access key of a Yandex Cloud service account: AWS-compatible. */
export const StaticAccessKey: Sinkable<typeof StaticAccessKeyClass, "secretAccessKey", never, "accessKeyId"> =
  StaticAccessKeyClass as never;
export type StaticAccessKey = StaticAccessKeyClass;

/** An API key of a Yandex Cloud service account that is rotated while the one before it goes on working. */
export const RotatingApiKey: RotatingSinkable<
  typeof RotatingApiKeyClass,
  ApiKeyOutputs,
  "secret",
  never,
  "keyId"
> = RotatingApiKeyClass as never;
export type RotatingApiKey = RotatingApiKeyClass;

/** An authorized key of a Yandex Cloud service account that is rotated while the one before it goes on working. */
export const RotatingServiceAccountKey: RotatingSinkable<
  typeof RotatingServiceAccountKeyClass,
  ServiceAccountKeyOutputs,
  "privateKey",
  "keyFile",
  "keyId"
> = RotatingServiceAccountKeyClass as never;
export type RotatingServiceAccountKey = RotatingServiceAccountKeyClass;

/** A static access key of a Yandex Cloud service account that is rotated while the one before it goes on working. */
export const RotatingStaticAccessKey: RotatingSinkable<
  typeof RotatingStaticAccessKeyClass,
  StaticAccessKeyOutputs,
  "secretAccessKey",
  never,
  "accessKeyId"
> = RotatingStaticAccessKeyClass as never;
export type RotatingStaticAccessKey = RotatingStaticAccessKeyClass;
