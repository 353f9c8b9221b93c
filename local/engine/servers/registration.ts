import type { Alias as AliasMessage } from "@pulumi/pulumi/proto/alias_pb.js";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import type { Alias } from "../deployment/aliases.ts";
import type { Registration } from "../deployment/registrar.ts";
import { isProviderType } from "../state/resourceState.ts";
import { fromStruct } from "../values/wire.ts";
import { unsupported } from "./handlers.ts";

/** Reads a registration, refusing by name every option that would silently be ignored. */
export function readRegistration(request: RegisterResourceRequest): Registration {
  const type = request.getType();
  const label = `${type} '${request.getName()}'`;
  refuseUnsupported(request, label);
  const propertyDependencies: Record<string, string[]> = {};
  for (const [key, dependencies] of request.getPropertydependenciesMap().entries()) {
    propertyDependencies[key] = dependencies.getUrnsList();
  }
  const timeouts = request.getCustomtimeouts();
  return {
    type,
    name: request.getName(),
    custom: request.getCustom(),
    parent: request.getParent(),
    inputs: fromStruct(request.getObject(), label),
    dependencies: [...new Set(request.getDependenciesList())].sort(),
    propertyDependencies,
    protect: request.hasProtect() ? request.getProtect() : undefined,
    retainOnDelete: request.hasRetainondelete() ? request.getRetainondelete() : undefined,
    deleteBeforeReplace: request.getDeletebeforereplacedefined()
      ? request.getDeletebeforereplace()
      : undefined,
    version: request.getVersion(),
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    deletedWith: request.getDeletedwith(),
    customTimeouts: {
      ...secondsOf("create", timeouts?.getCreate()),
      ...secondsOf("update", timeouts?.getUpdate()),
      ...secondsOf("delete", timeouts?.getDelete()),
    },
    aliases: [
      ...request.getAliasurnsList().map((urn) => ({ urn })),
      ...request.getAliasesList().map(aliasOf),
    ],
  };
}

function refuseUnsupported(request: RegisterResourceRequest, label: string): void {
  const asked: [boolean, string][] = [
    [isProviderType(request.getType()), "an explicit provider"],
    [request.getProvider() !== "" || request.getProvidersMap().getLength() > 0, "the option 'provider'"],
    [request.getRemote(), "a remote component"],
    [request.getImportid() !== "", "the option 'import'"],
    [request.getTransformsList().length > 0, "the option 'transforms'"],
    [request.getHooks() !== undefined, "the option 'hooks'"],
    [request.getReplaceWithList().length > 0, "the option 'replaceWith'"],
    [request.hasReplacementTrigger(), "the option 'replacementTrigger'"],
    [request.getPackageref() !== "", "a parameterized package"],
    [request.getPlugindownloadurl() !== "", "the option 'pluginDownloadURL'"],
    [request.getEnvvarmappingsMap().getLength() > 0, "the option 'envVarMappings'"],
    [request.getStateMigrationsList().length > 0, "the option 'stateMigrations'"],
  ];
  const found = asked.find(([present]) => present);
  if (found !== undefined) throw unsupported(`${label}: ${found[1]}`);
}

function aliasOf(alias: AliasMessage): Alias {
  const spec = alias.getSpec();
  if (spec === undefined) return { urn: alias.getUrn() };
  return {
    name: spec.getName(),
    type: spec.getType(),
    stack: spec.getStack(),
    project: spec.getProject(),
    parent: spec.getParenturn(),
    noParent: spec.getNoparent(),
  };
}

const unitSeconds: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 };

// A duration in Go's notation, such as 1h30m.
function secondsOf(operation: string, duration: string | undefined): Record<string, number> {
  if (duration === undefined || duration === "") return {};
  let seconds = 0;
  for (const [, amount, unit] of duration.matchAll(/([\d.]+)(ms|s|m|h)/g)) {
    seconds += Number(amount) * (unitSeconds[unit ?? ""] ?? 0);
  }
  return { [operation]: seconds };
}
