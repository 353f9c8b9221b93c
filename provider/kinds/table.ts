// Written by `npm run schema`, out of the files of this folder that declare a kind.
import type { Kind } from "./kind.ts";

/** Every kind by its type; a process loads those that its stack has, and their clients with them. */
export const KINDS: Readonly<Record<string, () => Promise<Kind>>> = {
  "aws:AccessKey": async () => (await import("./awsAccessKey.ts")).awsAccessKey as Kind,
  "yandex:ApiKey": async () => (await import("./yandexApiKey.ts")).yandexApiKey as Kind,
  "yandex:EphemeralAccessKey": async () =>
    (await import("./yandexEphemeralAccessKey.ts")).yandexEphemeralAccessKey as Kind,
  "yandex:IamToken": async () => (await import("./yandexIamToken.ts")).yandexIamToken as Kind,
  "yandex:OAuthClientSecret": async () =>
    (await import("./yandexOAuthClientSecret.ts")).yandexOAuthClientSecret as Kind,
  "yandex:ServiceAccountKey": async () =>
    (await import("./yandexServiceAccountKey.ts")).yandexServiceAccountKey as Kind,
  "yandex:StaticAccessKey": async () =>
    (await import("./yandexStaticAccessKey.ts")).yandexStaticAccessKey as Kind,
};

/** The kinds that allow two keys at once. */
export const ROTATABLE = [
  "aws:AccessKey",
  "yandex:ApiKey",
  "yandex:OAuthClientSecret",
  "yandex:ServiceAccountKey",
  "yandex:StaticAccessKey",
] as const;

/** The kinds whose keys the rotator for Pulumi ESC makes. */
export const FOR_ESC = [
  "aws:AccessKey",
  "yandex:ApiKey",
  "yandex:ServiceAccountKey",
  "yandex:StaticAccessKey",
] as const;
