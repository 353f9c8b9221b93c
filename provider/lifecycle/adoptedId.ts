import type { Properties } from "../kinds/kind.ts";

/** The input that names an existing key, which the resource takes over instead of making one. */
export const ADOPT = "adopt";

/** The id of the key that the resource took over, or will take over. */
export function adoptedId(properties: Properties): string | undefined {
  return (properties[ADOPT] as { id?: string } | undefined)?.id;
}
