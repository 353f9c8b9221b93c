import { IamKeysError } from "../errors.ts";
import type { Kind } from "./kind.ts";

/** Every kind by its type; a process loads those that its stack has, and their clients with them. */
const KINDS: Readonly<Record<string, () => Promise<Kind>>> = {
  "yandex:ServiceAccountKey": async () =>
    (await import("./yandexServiceAccountKey.ts")).yandexServiceAccountKey as Kind,
  "yandex:StaticAccessKey": async () =>
    (await import("./yandexStaticAccessKey.ts")).yandexStaticAccessKey as Kind,
  "yandex:ApiKey": async () => (await import("./yandexApiKey.ts")).yandexApiKey as Kind,
  "yandex:EphemeralAccessKey": async () =>
    (await import("./yandexEphemeralAccessKey.ts")).yandexEphemeralAccessKey as Kind,
  "yandex:IamToken": async () => (await import("./yandexIamToken.ts")).yandexIamToken as Kind,
  "aws:AccessKey": async () => (await import("./awsAccessKey.ts")).awsAccessKey as Kind,
};

/** The types of all kinds. */
export const KIND_TYPES: readonly string[] = Object.keys(KINDS);

/** The kind of that type. */
export async function loadKind(type: string): Promise<Kind> {
  const load = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
  if (load) return load();
  throw new IamKeysError("UNKNOWN_KIND", `This version of pulumi-iam-keys has no kind "${type}".`, {
    hint: "The stack was last run with a newer version: install that one.",
  });
}
