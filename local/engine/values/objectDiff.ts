import { formatPath, type PropertyPath } from "./propertyPath.ts";
import {
  deepEquals,
  isObject,
  type PropertyMap,
  type PropertyValue,
  withoutSecrets,
} from "./propertyValue.ts";

/** How one top-level property differs. */
export type KeyChange = "add" | "delete" | "update";

/** Whether a property belongs to the SDK's machinery and means nothing to a reader. */
export function isInternalKey(key: string): boolean {
  return key.startsWith("__");
}

/** The top-level properties that differ, in alphabetical order; becoming secret is no difference, and null is as absent. */
export function changedKeys(olds: PropertyMap, news: PropertyMap): Map<string, KeyChange> {
  const changes = new Map<string, KeyChange>();
  for (const key of [...new Set([...Object.keys(olds), ...Object.keys(news)])].sort()) {
    const change = changeOf(withoutSecrets(olds[key] ?? null), withoutSecrets(news[key] ?? null));
    if (change !== undefined) changes.set(key, change);
  }
  return changes;
}

/** Every place at which two values differ, by its path; lists are compared position by position. */
export function changedPaths(olds: PropertyMap, news: PropertyMap): Map<string, KeyChange> {
  const changes = new Map<string, KeyChange>();
  collectChanges(withoutSecrets(olds), withoutSecrets(news), [], changes);
  return changes;
}

function collectChanges(
  before: PropertyValue,
  after: PropertyValue,
  path: PropertyPath,
  changes: Map<string, KeyChange>,
): void {
  const change = changeOf(before, after);
  const inside = change === "update" ? pairs(before, after) : [];
  for (const [step, from, to] of inside) collectChanges(from ?? null, to ?? null, [...path, step], changes);
  if (change !== undefined && inside.length === 0) changes.set(formatPath(path), change);
}

function changeOf(before: PropertyValue, after: PropertyValue): KeyChange | undefined {
  if (deepEquals(before, after)) return undefined;
  if (before === null) return "add";
  return after === null ? "delete" : "update";
}

// What two objects or two lists hold, side by side; nothing for values of which there is no inside to compare.
function pairs(
  before: PropertyValue,
  after: PropertyValue,
): [string | number, PropertyValue | undefined, PropertyValue | undefined][] {
  if (Array.isArray(before) && Array.isArray(after)) {
    const length = Math.max(before.length, after.length);
    return Array.from({ length }, (_, index) => [index, before[index], after[index]]);
  }
  if (!isObject(before) || !isObject(after)) return [];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].sort().map((key) => [key, before[key], after[key]]);
}
