import {
  makeReference,
  makeUrn,
  nameOf,
  parseReference,
  placeOf,
  type ResourceState,
  stackType,
  typeOf,
} from "./resourceState.ts";

/**
 * The resources with every mention of a former URN replaced by the present one. Resources which a run has not come to
 * (yet, or because it failed) still use the former URNs of those it did rename.
 */
export function withPresentUrns(resources: readonly ResourceState[]): readonly ResourceState[] {
  const renamed = renamedUrns(resources);
  if (renamed.size === 0) return resources;
  const present = (urn: string) => renamed.get(urn) ?? urn;
  return resources.map((state) => {
    const provider = parseReference(state.provider);
    return {
      ...state,
      urn: present(state.urn),
      parent: present(state.parent),
      provider: state.provider === "" ? "" : makeReference(present(provider.urn), provider.id),
      deletedWith: present(state.deletedWith),
      dependencies: state.dependencies.map(present),
      propertyDependencies: renamedDependencies(state.propertyDependencies, renamed),
    };
  });
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

function renamedUrns(resources: readonly ResourceState[]): Map<string, string> {
  const renamed = new Map<string, string>();
  for (const { urn, aliases, parent, type } of resources) {
    for (const alias of aliases) renamed.set(alias, urn);
    // The types of its parents are part of a child's own URN.
    const presentParent = renamed.get(parent);
    if (presentParent === undefined || typeOf(presentParent) === stackType) continue;
    const { stack, project } = placeOf(urn);
    renamed.set(urn, makeUrn(stack, project, presentParent, type, nameOf(urn)));
  }
  return renamed;
}
