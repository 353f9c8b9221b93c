import { changedKeys, isInternalKey } from "../values/objectDiff.ts";
import {
  deepEquals,
  isObject,
  type PropertyMap,
  type PropertyValue,
  Secret,
  Unknown,
} from "../values/propertyValue.ts";

/** The lines of a map of properties, as the CLI prints outputs; secrets are never shown. */
export function propertyLines(properties: PropertyMap, indent: string): string[] {
  const keys = visibleKeys(properties);
  const width = Math.max(0, ...keys.map((key) => key.length));
  return keys.flatMap((key) =>
    labelled(`${indent}${key.padEnd(width)}: `, valueLines(properties[key] ?? null, indent)),
  );
}

/** The lines of the differences between two maps: `+`, `-` or `~` before what changed, `old => new` behind it. */
export function differenceLines(
  olds: PropertyMap,
  news: PropertyMap,
  indent: string,
  showSames: boolean,
): string[] {
  const changes = changedKeys(olds, news);
  const keys = [...new Set([...visibleKeys(olds), ...visibleKeys(news)])]
    .sort(byNameOrIndex)
    .filter((key) => showSames || isDifferent(olds, news, key));
  const width = Math.max(0, ...keys.map((key) => key.length));
  return keys.flatMap((key) => {
    const before = olds[key];
    const after = news[key];
    const name = key.padEnd(width);
    const change = changes.get(key) ?? (isDifferent(olds, news, key) ? "update" : undefined);
    if (change === "add") return labelled(`${indent}+ ${name}: `, valueLines(after ?? null, `${indent}  `));
    if (change === "delete")
      return labelled(`${indent}- ${name}: `, valueLines(before ?? null, `${indent}  `));
    if (change === undefined)
      return labelled(`${indent}  ${name}: `, valueLines(after ?? null, `${indent}  `));
    if (isObject(before) && isObject(after)) {
      return [
        `${indent}~ ${name}: {`,
        ...differenceLines(before, after, `${indent}    `, true),
        `${indent}  }`,
      ];
    }
    if (Array.isArray(before) && Array.isArray(after)) {
      const items = differenceLines(itemsByIndex(before), itemsByIndex(after), `${indent}    `, true);
      return [`${indent}~ ${name}: [`, ...items, `${indent}  ]`];
    }
    return [`${indent}~ ${name}: ${inline(before ?? null)} => ${inline(after ?? null)}`];
  });
}

function itemsByIndex(items: readonly PropertyValue[]): PropertyMap {
  return Object.fromEntries(items.map((item, index) => [`[${index}]`, item]));
}

function isDifferent(olds: PropertyMap, news: PropertyMap, key: string): boolean {
  return !deepEquals(olds[key], news[key]);
}

function visibleKeys(properties: PropertyMap): string[] {
  return Object.keys(properties)
    .filter((key) => !isInternalKey(key))
    .sort();
}

function byNameOrIndex(left: string, right: string): number {
  const [leftIndex, rightIndex] = [left, right].map((key) => Number(/^\[(\d+)\]$/.exec(key)?.[1] ?? 0));
  return (leftIndex ?? 0) - (rightIndex ?? 0) || (left < right ? -1 : 1);
}

function labelled(label: string, [first = "", ...rest]: readonly string[]): string[] {
  return [label + first, ...rest];
}

function valueLines(value: PropertyValue, indent: string): string[] {
  if (Array.isArray(value) && value.length > 0) {
    const items = value.flatMap((item, index) =>
      labelled(`${indent}    [${index}]: `, valueLines(item, `${indent}    `)),
    );
    return ["[", ...items, `${indent}]`];
  }
  if (isObject(value) && visibleKeys(value).length > 0) {
    return ["{", ...propertyLines(value, `${indent}    `), `${indent}}`];
  }
  return [inline(value)];
}

function inline(value: PropertyValue): string {
  if (value === null) return "<null>";
  if (value instanceof Secret) return "[secret]";
  if (value instanceof Unknown) return "[unknown]";
  if (Array.isArray(value)) return `[${value.map(inline).join(", ")}]`;
  if (isObject(value)) {
    return `{${visibleKeys(value)
      .map((key) => `${key}: ${inline(value[key] ?? null)}`)
      .join(", ")}}`;
  }
  return JSON.stringify(value);
}
