import { parseDuration } from "../rotation/duration.ts";
import type { Renewal } from "./kind.ts";

/** The renewal of a key that ends at `expiresAt`: it is due when less than `minTtl` is left. */
export function beforeExpiry(expiresAt: string, minTtl: string): Renewal {
  return {
    from: Date.parse(expiresAt) - (parseDuration(minTtl) ?? 0),
    property: "expiresAt",
    reason: `it expires at ${expiresAt}, so less than minTtl (${minTtl}) is left`,
  };
}
