import { nameOf, placeOf } from "../../../stack/files/urn.ts";
import { makeUrn, stackType, typeOf } from "../state/resourceState.ts";

/** How a resource was known before: by a whole URN, or by what differs from its present one. */
export type Alias =
  | { readonly urn: string }
  | {
      readonly name: string;
      readonly type: string;
      readonly stack: string;
      readonly project: string;
      readonly parent: string;
      readonly noParent: boolean;
    };

/** A resource as far as its URN goes. */
export interface Identity {
  readonly urn: string;
  readonly parent: string;
}

/**
 * The URNs that a resource may have had, in the order in which they are tried: its own aliases, then those which it has
 * because its parent was renamed. `formerUrnOf` tells what a resource of this run was called before.
 */
export function formerUrns(
  { urn, parent }: Identity,
  aliases: readonly Alias[],
  formerUrnOf: (urn: string) => string | undefined,
): string[] {
  const own = aliases.map((alias) => urnOfAlias(alias, { urn, parent }, formerUrnOf));
  const formerParent = formerUrnOf(parent);
  const inherited =
    formerParent === undefined
      ? []
      : [urn, ...own].map((child) => movedBelow(formerParent, child, parent, urn));
  return [...new Set([...own, ...inherited])];
}

function urnOfAlias(
  alias: Alias,
  { urn, parent }: Identity,
  formerUrnOf: (urn: string) => string | undefined,
): string {
  if ("urn" in alias) return alias.urn;
  const { stack, project } = placeOf(urn);
  const given = alias.parent === "" ? parent : (formerUrnOf(alias.parent) ?? alias.parent);
  const former = alias.noParent || typeOf(given) === stackType ? "" : given;
  return makeUrn(
    alias.stack || stack,
    alias.project || project,
    former,
    alias.type || typeOf(urn),
    alias.name || nameOf(urn),
  );
}

// A child is often named for its parent, as in "app" and "app-function": then it was named for the former one.
function movedBelow(formerParent: string, child: string, parent: string, urn: string): string {
  const { stack, project } = placeOf(urn);
  const name = nameOf(child);
  const prefix = nameOf(parent);
  const formerName = name.startsWith(prefix) ? nameOf(formerParent) + name.slice(prefix.length) : name;
  return makeUrn(stack, project, formerParent, typeOf(child), formerName);
}
