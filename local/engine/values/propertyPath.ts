import { isObject, type PropertyMap, type PropertyValue, Secret } from "./propertyValue.ts";

/** Steps into a value: keys, indices, and `*` for every one of them. */
export type PropertyPath = readonly string[];

/** Parses a path such as `tags.owner`, `rules[0].port` or `tags["a.b"]`. */
export function parsePath(text: string): PropertyPath {
  const steps: string[] = [];
  for (const match of text.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[([^\]]*)\]|([^.[\]]+)/g)) {
    steps.push(match[1]?.replaceAll('\\"', '"') ?? match[2] ?? match[3] ?? "");
  }
  return steps;
}

/** Whether everything at `path` lies within `outer`. */
export function pathContains(outer: PropertyPath, path: PropertyPath): boolean {
  return outer.length <= path.length && outer.every((step, index) => step === "*" || step === path[index]);
}

/** The properties with everything at the path as it is in `source`: added, replaced or removed. */
export function resetPath(properties: PropertyMap, source: PropertyMap, path: PropertyPath): PropertyMap {
  const result = resetInside(properties, source, path);
  return isObject(result) ? result : properties;
}

function resetInside(
  value: PropertyValue | undefined,
  source: PropertyValue | undefined,
  path: PropertyPath,
): PropertyValue | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return source;
  if (value instanceof Secret || source instanceof Secret) {
    const inside = resetInside(unwrap(value), unwrap(source), path);
    return inside === undefined ? undefined : new Secret(inside);
  }
  if (Array.isArray(value)) {
    const from = Array.isArray(source) ? source : [];
    return value.map((item, index) =>
      step === "*" || step === String(index) ? (resetInside(item, from[index], rest) ?? null) : item,
    );
  }
  if (!isObject(value) && !(value === undefined && isObject(source))) return value;
  const from = isObject(source) ? source : {};
  const result: PropertyMap = { ...(isObject(value) ? value : {}) };
  const keys = step === "*" ? new Set([...Object.keys(result), ...Object.keys(from)]) : [step];
  for (const key of keys) {
    const reset = resetInside(result[key], from[key], rest);
    if (reset === undefined) delete result[key];
    else result[key] = reset;
  }
  return result;
}

function unwrap(value: PropertyValue | undefined): PropertyValue | undefined {
  return value instanceof Secret ? value.element : value;
}
