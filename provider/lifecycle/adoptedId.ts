import type { Properties } from "../kinds/kind.ts";

/** The input that names a key which exists, to be taken over instead of making one. */
export const ADOPT = "adopt";

/** The id of the key that the resource took over, or is to take over. */
export function adoptedId(properties: Properties): string | undefined {
  return (properties[ADOPT] as { id?: string } | undefined)?.id;
}
