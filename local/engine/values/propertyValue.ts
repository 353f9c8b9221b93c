import { rememberSecret } from "./secretTexts.ts";

/** A value wrapped so that it is encrypted in the state and never printed. */
export class Secret {
  readonly element: PropertyValue;

  constructor(element: PropertyValue) {
    this.element = element;
    rememberSecret(element);
  }
}

/** A value that only the update will know: an output of something a preview does not create. */
export class Unknown {
  readonly kind = "unknown";
}

/** The one unknown value. */
export const unknown = new Unknown();

/** A property of a resource, as the engine holds it in memory. */
export type PropertyValue =
  | null
  | boolean
  | number
  | string
  | PropertyValue[]
  | { [key: string]: PropertyValue }
  | Secret
  | Unknown;

/** The inputs or outputs of a resource. */
export type PropertyMap = { [key: string]: PropertyValue };

/** Whether the value is a plain object, not an array, a secret or an unknown. */
export function isObject(value: PropertyValue | undefined): value is PropertyMap {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Secret) &&
    !(value instanceof Unknown)
  );
}

/** Whether any part of the value is a secret. */
export function containsSecrets(value: PropertyValue): boolean {
  if (value instanceof Secret) return true;
  if (Array.isArray(value)) return value.some(containsSecrets);
  return isObject(value) && Object.values(value).some(containsSecrets);
}

/** The value without its secret wrappers. */
export function withoutSecrets(value: PropertyValue): PropertyValue {
  if (value instanceof Secret) return withoutSecrets(value.element);
  if (Array.isArray(value)) return value.map(withoutSecrets);
  return isObject(value) ? mapValues(value, withoutSecrets) : value;
}

/** The properties that are known: an update hands on no others, and has others only where it skipped something. */
export function withoutUnknowns(map: PropertyMap): PropertyMap {
  const known = (value: PropertyValue): PropertyValue => {
    if (value instanceof Secret || value instanceof Unknown) return value;
    if (Array.isArray(value)) return value.filter(isKnown).map(known);
    return isObject(value) ? withoutUnknowns(value) : value;
  };
  return mapValues(Object.fromEntries(Object.entries(map).filter(([, value]) => isKnown(value))), known);
}

function isKnown(value: PropertyValue): boolean {
  return !(value instanceof Unknown) && !(value instanceof Secret && value.element instanceof Unknown);
}

/** A map with every value passed through `change`. */
export function mapValues(map: PropertyMap, change: (value: PropertyValue) => PropertyValue): PropertyMap {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
}

/** Deep equality; a secret equals only a secret, an unknown equals nothing but an unknown. */
export function deepEquals(left: PropertyValue | undefined, right: PropertyValue | undefined): boolean {
  if (left === right) return true;
  if (left === undefined || right === undefined) return false;
  if (left instanceof Secret || right instanceof Secret) {
    return left instanceof Secret && right instanceof Secret && deepEquals(left.element, right.element);
  }
  if (Array.isArray(left) || Array.isArray(right)) {
    return (
      Array.isArray(left) &&
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((item, index) => deepEquals(item, right[index]))
    );
  }
  if (!isObject(left) || !isObject(right)) return false;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && deepEquals(left[key], right[key]))
  );
}

/**
 * Carries secrecy over from `source` to the same-named properties of `target`, for a provider that cannot return
 * secrets itself. Objects are walked; an array or scalar that held a secret becomes secret as a whole.
 */
export function inheritSecrets(target: PropertyMap, source: PropertyMap): void {
  for (const [key, from] of Object.entries(source)) {
    const to = target[key];
    if (to === undefined) continue;
    if (isObject(to) && isObject(from)) inheritSecrets(to, from);
    else if (!(to instanceof Secret) && containsSecrets(from)) target[key] = new Secret(to);
  }
}
