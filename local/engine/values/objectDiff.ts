import { deepEquals, type PropertyMap, withoutSecrets } from "./propertyValue.ts";

/** How one top-level property differs. */
export type KeyChange = "add" | "delete" | "update";

/** Whether a property belongs to the SDK's machinery and means nothing to a reader. */
export function isInternalKey(key: string): boolean {
  return key.startsWith("__");
}

/** The top-level properties that differ, in alphabetical order; becoming secret is no difference. */
export function changedKeys(olds: PropertyMap, news: PropertyMap): Map<string, KeyChange> {
  const changes = new Map<string, KeyChange>();
  for (const key of [...new Set([...Object.keys(olds), ...Object.keys(news)])].sort()) {
    const before = olds[key];
    const after = news[key];
    if (before === undefined) changes.set(key, "add");
    else if (after === undefined) changes.set(key, "delete");
    else if (!deepEquals(withoutSecrets(before), withoutSecrets(after))) changes.set(key, "update");
  }
  return changes;
}
