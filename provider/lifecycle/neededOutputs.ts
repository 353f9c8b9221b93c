import type { Kind, Properties } from "../kinds/kind.ts";

/** The outputs that a key of these properties must have: its secrets, or what says where they went. */
export function neededOutputs(kind: Kind, properties: Properties): readonly string[] {
  return kind.needed?.(properties) ?? kind.secretOutputs;
}
