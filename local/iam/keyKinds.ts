/** The kinds of credentials that are keys: they are used by naming them. */
export const keyKinds = [
  "yandex:ServiceAccountKey",
  "yandex:StaticAccessKey",
  "yandex:ApiKey",
  "yandex:EphemeralAccessKey",
  "aws:AccessKey",
] as const;

export type KeyKind = (typeof keyKinds)[number];
