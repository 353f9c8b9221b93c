import type { Properties } from "../kinds/kind.ts";
import { pick } from "./properties.ts";

/** The input in which `sdk` says whose key it is: "project/stack/name", "project/stack/name@1a2b3c4d". */
export const OWNER = "owner";

/** The key's own properties, with those of its resource that say whose it is. */
export function withOwner(resource: Properties, key: Properties): Properties {
  return { ...pick(resource, [OWNER, "tagDescription"]), ...key };
}

/** How messages call a resource: its name if `sdk` gave it, else only its type. */
export function nameOf(type: string, inputs: Properties): string {
  const name = resourceName(inputs);
  return name === undefined ? type : `${name} (${type})`;
}

/** What no other resource has: the owner with the type; undefined if `sdk` gave no owner. */
export function ownerOf(type: string, inputs: Properties): string | undefined {
  const owner = inputs[OWNER];
  return typeof owner === "string" ? `${type} ${owner}` : undefined;
}

/** The name in the program: what follows the stack, without the digest that a child of a component has. */
export function resourceName(inputs: Properties): string | undefined {
  const owner = inputs[OWNER];
  if (typeof owner !== "string") return undefined;
  return owner
    .split("/")
    .slice(2)
    .join("/")
    .replace(/@[0-9a-f]{8}$/, "");
}
