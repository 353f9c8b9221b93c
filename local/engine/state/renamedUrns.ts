import type { ResourceJson } from "../../../stack/files/deploymentJson.ts";
import { nameOf, placeOf } from "../../../stack/files/urn.ts";
import {
  makeReference,
  makeUrn,
  parseReference,
  type ResourceState,
  stackType,
  typeOf,
} from "./resourceState.ts";

/** A resource, and the URNs under which others may still refer to it. */
export interface MaybeRenamed {
  readonly resource: ResourceJson;
  readonly formerUrns: readonly string[];
}

/** Where a resource refers to others. */
type References = Partial<
  Pick<ResourceState, "parent" | "provider" | "deletedWith" | "dependencies" | "propertyDependencies">
>;

/**
 * The resources with every mention of a former URN replaced by the present one. Resources which a run has not come to
 * (yet, or because it failed) still use the former URNs of those it did rename.
 */
export function withPresentUrns(all: readonly MaybeRenamed[]): ResourceJson[] {
  const renamed = renamedUrns(all);
  const resources = all.map(({ resource }) => resource);
  if (renamed.size === 0) return resources;
  const present = (urn: string) => renamed.get(urn) ?? urn;
  return resources.map((resource) => {
    const { parent, provider, deletedWith, dependencies, propertyDependencies } = resource as References;
    const reference = provider === undefined ? undefined : parseReference(provider);
    return withoutAbsent({
      ...resource,
      urn: present(resource.urn),
      parent: parent && present(parent),
      provider: reference && makeReference(present(reference.urn), reference.id),
      deletedWith: deletedWith && present(deletedWith),
      dependencies: dependencies?.map(present),
      propertyDependencies: propertyDependencies && renamedDependencies(propertyDependencies, renamed),
    });
  });
}

function withoutAbsent(resource: Record<string, unknown>): ResourceJson {
  const isAbsent = (value: unknown) =>
    value === undefined || (typeof value === "object" && value !== null && Object.keys(value).length === 0);
  return Object.fromEntries(Object.entries(resource).filter(([, value]) => !isAbsent(value))) as ResourceJson;
}

type PropertyDependencies = ResourceState["propertyDependencies"];

// The CLI leaves out the properties without dependencies, but only where it had to change something.
function renamedDependencies(
  dependencies: PropertyDependencies,
  renamed: ReadonlyMap<string, string>,
): PropertyDependencies {
  if (!Object.values(dependencies).some((urns) => urns.some((urn) => renamed.has(urn)))) return dependencies;
  return Object.fromEntries(
    Object.entries(dependencies)
      .filter(([, urns]) => urns.length > 0)
      .map(([key, urns]) => [key, urns.map((urn) => renamed.get(urn) ?? urn)]),
  );
}

function renamedUrns(all: readonly MaybeRenamed[]): Map<string, string> {
  const renamed = new Map<string, string>();
  for (const { resource, formerUrns } of all) {
    const { urn, type } = resource;
    const { parent } = resource as References;
    for (const former of formerUrns) renamed.set(former, urn);
    // The types of its parents are part of a child's own URN.
    const presentParent = parent === undefined ? undefined : renamed.get(parent);
    if (presentParent === undefined || typeOf(presentParent) === stackType) continue;
    const { stack, project } = placeOf(urn);
    renamed.set(urn, makeUrn(stack, project, presentParent, type, nameOf(urn)));
  }
  return renamed;
}
