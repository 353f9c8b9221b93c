import { FLAT_NAMES } from "../configuration.ts";
import { redact } from "../redact.ts";

/** Puts a text into the words of who runs the plugin. */
export type Wording = (text: string) => string;

const FULL_NAME = /(stack(?:'s)? config )?\b((?:yandex|aws):[a-z]\w*)/g;

const BY_FULL_NAME = new Map([...FLAT_NAMES].map(([flat, full]) => [full, flat]));

/**
 * The settings of the default provider are only in the config of this package: "yandex:token" as
 * "iam-keys:yandexToken".
 */
export const inStackConfig: Wording = (text) =>
  redact(text).replaceAll(FULL_NAME, (all, place: string | undefined, name: string) => {
    const flat = BY_FULL_NAME.get(name);
    return flat === undefined ? all : `${place ?? ""}iam-keys:${flat}`;
  });

/** Those of an explicit provider are its arguments: "yandex.token of the provider". */
export const inProviderArguments: Wording = (text) =>
  redact(text).replaceAll(FULL_NAME, (all, _place: string | undefined, name: string) =>
    BY_FULL_NAME.has(name) ? `provider argument ${name.replace(":", ".")}` : all,
  );
