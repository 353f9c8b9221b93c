import { isObject, type PropertyMap, type PropertyValue, Secret } from "./propertyValue.ts";

/** Steps into a value: keys as text, positions in a list as numbers, and `*` for every one of them. */
export type PropertyPath = readonly (string | number)[];

/** Parses a path such as `tags.owner`, `rules[0].port`, `rules[*].port` or `tags["a.b"]`; undefined if it is malformed. */
export function parsePath(text: string): PropertyPath | undefined {
  if (text.startsWith(".")) return undefined;
  const steps: (string | number)[] = [];
  const step = /\.?(?:\["((?:\\"|[^"])*)"\]|\[(\*|-?\d+)\]|([^.[]+))/y;
  while (step.lastIndex < text.length) {
    const [found, quoted, index, key] = step.exec(text) ?? [];
    if (found === undefined) return undefined;
    if (quoted !== undefined) steps.push(quoted.replaceAll('\\"', '"'));
    else if (index !== undefined) steps.push(index === "*" ? index : Number(index));
    else steps.push(key ?? "");
  }
  return steps;
}

/** Writes a path the way `parsePath` reads it. */
export function formatPath(path: PropertyPath): string {
  return path
    .map((step, position) => {
      if (typeof step === "number") return `[${step}]`;
      if (!/^\w*$/.test(step)) return `["${step.replaceAll('"', '\\"')}"]`;
      return position === 0 ? step : `.${step}`;
    })
    .join("");
}

/** Whether everything at `path` lies within `outer`. */
export function pathContains(outer: PropertyPath, path: PropertyPath): boolean {
  return outer.length <= path.length && outer.every((step, index) => step === "*" || step === path[index]);
}

/** Properties after a reset, and whether the path could be followed in both maps to its end. */
export interface Reset {
  readonly properties: PropertyMap;
  readonly followed: boolean;
}

/**
 * The properties with everything at the path as it is in `source`. Only the last step may come or go, and only in an
 * object: no object is made on the way to it, and no list is made longer or shorter.
 */
export function resetPath(properties: PropertyMap, source: PropertyMap, path: PropertyPath): Reset {
  const reset = new PathReset();
  const result = reset.inside(properties, source, path, false, false);
  return { properties: isObject(result) ? result : properties, followed: reset.followed };
}

/** One walk along a path in two values at once; secrets are walked through, and stay secret. */
class PathReset {
  followed = true;

  inside(
    value: PropertyValue,
    source: PropertyValue,
    path: PropertyPath,
    valueSecret: boolean,
    sourceSecret: boolean,
  ): PropertyValue {
    const [step, ...rest] = path;
    if (step === undefined) return sourceSecret && !valueSecret ? asSecret(source) : source;
    if (value instanceof Secret) {
      const inner = this.inside(value.element, source, path, true, sourceSecret);
      // An unchanged secret stays the same object, and so keeps its ciphertext.
      return inner === value.element ? value : new Secret(inner);
    }
    if (source instanceof Secret) return this.inside(value, source.element, path, valueSecret, true);
    const go = (to: PropertyValue, from: PropertyValue) =>
      this.inside(to, from, rest, valueSecret, sourceSecret);
    const isLeaf = rest.length === 0;
    if (typeof step === "number") return this.#atIndex(value, source, step, go);
    if (step !== "*") return this.#atKey(value, source, step, isLeaf, go);
    if (Array.isArray(value) && (isLeaf || Array.isArray(source))) {
      return Array.isArray(source) ? this.#everyItem(value, source, go) : value;
    }
    if (isObject(value) && (isLeaf || isObject(source))) {
      return isObject(source) ? this.#everyKey(value, source, isLeaf, go) : value;
    }
    return this.#lost(value);
  }

  #atIndex(value: PropertyValue, source: PropertyValue, index: number, go: Walk): PropertyValue {
    if (index < 0) return this.#lost(value);
    if (!Array.isArray(value) || !Array.isArray(source)) {
      return Array.isArray(value) || Array.isArray(source) ? this.#lost(value) : value;
    }
    const to = value[index];
    const from = source[index];
    if (to === undefined || from === undefined) {
      return to === undefined && from === undefined ? value : this.#lost(value);
    }
    return value.map((item, position) => (position === index ? go(to, from) : item));
  }

  #atKey(value: PropertyValue, source: PropertyValue, key: string, isLeaf: boolean, go: Walk): PropertyValue {
    const from = isObject(source) ? source[key] : undefined;
    const to = isObject(value) ? value[key] : undefined;
    if (!isObject(value)) {
      const isInSource = isLeaf ? from !== undefined : isObject(source);
      return isInSource ? this.#lost(value) : value;
    }
    if (from === undefined && isLeaf) {
      const { [key]: _, ...others } = value;
      return others;
    }
    if (isLeaf) return { ...value, [key]: go(to ?? null, from ?? null) };
    if (!isObject(source) || (to === undefined && from !== undefined)) return this.#lost(value);
    return to === undefined ? value : { ...value, [key]: go(to, from ?? null) };
  }

  #everyItem(value: PropertyValue[], source: PropertyValue[], go: Walk): PropertyValue {
    if (value.length !== source.length) this.followed = false;
    return value.map((item, index) => {
      const from = source[index];
      return from === undefined ? item : go(item, from);
    });
  }

  #everyKey(value: PropertyMap, source: PropertyMap, isLeaf: boolean, go: Walk): PropertyValue {
    if (isLeaf) return Object.fromEntries(Object.entries(source).map(([key, from]) => [key, go(null, from)]));
    const result: PropertyMap = { ...value };
    for (const [key, from] of Object.entries(source)) {
      const to = value[key];
      if (to === undefined) return this.#lost(result);
      result[key] = go(to, from);
    }
    return result;
  }

  #lost(value: PropertyValue): PropertyValue {
    this.followed = false;
    return value;
  }
}

function asSecret(value: PropertyValue): Secret {
  return value instanceof Secret ? value : new Secret(value);
}

type Walk = (value: PropertyValue, source: PropertyValue) => PropertyValue;
