import { createHash } from "node:crypto";
import type { DeploymentJson, ResourceJson } from "../../../stack/files/deploymentJson.ts";
import { isProviderType, makeReference } from "./resourceState.ts";

/** The text that a state file carries to show that it was written by a release of that version; of none, it is empty. */
export function magicOf(version: string): string {
  return version === "" ? "" : createHash("sha256").update(version).digest("hex");
}

/** What is wrong with a deployment, if anything: every resource must come after all that it refers to, and once only. */
export function integrityProblem({ manifest, resources = [] }: DeploymentJson): string | undefined {
  if (manifest !== undefined && (manifest.magic ?? "") !== magicOf(manifest.version ?? "")) {
    return "magic cookie mismatch; possible tampering/corruption detected";
  }
  const seen = new Set<string>();
  const live = new Set<string>();
  const providers = new Set<string>();
  for (const resource of resources) {
    const { urn, type, custom, id } = resource;
    if (typeof urn !== "string" || urn === "") return "a resource is missing its required 'urn' field";
    if (typeof type !== "string" || type === "")
      return `resource '${urn}' is missing its required 'type' field`;
    if (!custom && id !== undefined) return `resource '${urn}' has 'custom' false but non-empty ID`;
    if (isProviderType(type)) providers.add(makeReference(urn, String(id ?? "")));
    const { provider, pendingReplacement } = resource;
    if (typeof provider === "string" && !providers.has(provider) && pendingReplacement !== true) {
      return `resource ${urn} refers to unknown provider ${provider}`;
    }
    for (const [relation, other] of referencesOf(resource)) {
      if (seen.has(other)) continue;
      const isLater = resources.some((later) => later.urn === other);
      return `resource ${urn}'s ${relation} ${other} ${isLater ? "comes after it" : "is missing"}`;
    }
    if (resource.delete !== true && live.has(urn)) return `duplicate resource ${urn}`;
    if (resource.delete !== true) live.add(urn);
    seen.add(urn);
  }
  return undefined;
}

function referencesOf(resource: ResourceJson): (readonly [string, string])[] {
  const {
    parent,
    deletedWith,
    dependencies = [],
    propertyDependencies = {},
  } = resource as Partial<{
    parent: string;
    deletedWith: string;
    dependencies: string[];
    propertyDependencies: Record<string, string[]>;
  }>;
  return [
    ...(parent === undefined ? [] : [["parent", parent] as const]),
    ...dependencies.map((urn) => ["dependency", urn] as const),
    ...Object.values(propertyDependencies).flatMap((urns) =>
      urns.map((urn) => ["property dependency", urn] as const),
    ),
    ...(deletedWith === undefined ? [] : [["deletedWith", deletedWith] as const]),
  ];
}
