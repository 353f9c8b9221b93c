import { isInternalKey } from "../values/objectDiff.ts";
import { isObject, type PropertyMap, type PropertyValue, Secret, Unknown } from "../values/propertyValue.ts";
import { unknownString } from "../values/signatures.ts";

/** Plain JSON of a value in which secrets read `[secret]`, unless they are asked for. */
function redacted(value: PropertyValue, showSecrets = false): PropertyValue {
  if (value instanceof Secret) return showSecrets ? redacted(value.element, true) : "[secret]";
  if (value instanceof Unknown) return unknownString;
  if (Array.isArray(value)) return value.map((item) => redacted(item, showSecrets));
  return isObject(value) ? redactedMap(value, showSecrets) : value;
}

/** Plain JSON of properties, without the SDK's own. */
export function redactedMap(properties: PropertyMap, showSecrets = false): PropertyMap {
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([key]) => !isInternalKey(key))
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, value]) => [key, redacted(value, showSecrets)]),
  );
}
