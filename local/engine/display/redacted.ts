import { secretSignature, signatureKey } from "../../../stack/files/signatures.ts";
import type { ConfigValue } from "../../../stack/files/stackSettings.ts";
import { isInternalKey } from "../values/objectDiff.ts";
import { isObject, type PropertyMap, type PropertyValue, Secret, Unknown } from "../values/propertyValue.ts";
import { unknownString } from "../values/signatures.ts";

const redactedText = "[secret]";

/** Plain JSON of properties in which secrets read `[secret]`, unless they are asked for; without the SDK's own. */
export function redactedMap(properties: PropertyMap, showSecrets = false): PropertyMap {
  return plainMap(properties, (secret) => (showSecrets ? plain(secret.element, reveal) : redactedText));
}

/** Plain JSON of properties in which secrets are marked as such, as in a state file, with `[secret]` for content. */
export function markedMap(properties: PropertyMap): PropertyMap {
  return plainMap(properties, () => ({ [signatureKey]: secretSignature, ciphertext: redactedText }));
}

/** The configuration with `[secret]` for what is one. */
export function shownConfig(config: ReadonlyMap<string, ConfigValue>): Record<string, string> {
  return Object.fromEntries(
    [...config].map(([key, { value, secret }]) => [key, secret ? redactedText : value]),
  );
}

type ShowSecret = (secret: Secret) => PropertyValue;

const reveal: ShowSecret = (secret) => plain(secret.element, reveal);

function plainMap(properties: PropertyMap, show: ShowSecret): PropertyMap {
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([key]) => !isInternalKey(key))
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, value]) => [key, plain(value, show)]),
  );
}

function plain(value: PropertyValue, show: ShowSecret): PropertyValue {
  if (value instanceof Secret) return show(value);
  if (value instanceof Unknown) return unknownString;
  if (Array.isArray(value)) return value.map((item) => plain(item, show));
  return isObject(value) ? plainMap(value, show) : value;
}
