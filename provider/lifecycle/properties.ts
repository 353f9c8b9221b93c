import type { Properties } from "../kinds/kind.ts";

/** The properties that have a value: an `undefined` among them would fail the engine's call. */
export function compact(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}

/** The named properties, undefined if absent. */
export function pick(properties: Properties, names: readonly string[]): Properties {
  return Object.fromEntries(names.map((name) => [name, properties[name]]));
}

/** When the key was made, in RFC 3339; each cloud has a name of its own for it. */
export function madeAt({ createdAt, createDate }: Properties): unknown {
  return createdAt ?? createDate;
}
