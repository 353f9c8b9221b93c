import { nameOf } from "../../../stack/files/urn.ts";
import type { PropertyMap } from "../values/propertyValue.ts";

/** What is known of one resource; fields this engine does not use are carried along untouched in `other`. */
export interface ResourceState {
  readonly urn: string;
  readonly type: string;
  readonly custom: boolean;
  id: string;
  inputs: PropertyMap;
  outputs: PropertyMap;
  readonly parent: string;
  readonly protect: boolean;
  readonly provider: string;
  readonly dependencies: readonly string[];
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  readonly additionalSecretOutputs: readonly string[];
  readonly customTimeouts: CustomTimeouts;
  readonly retainOnDelete: boolean;
  readonly deletedWith: string;
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  /** URNs it had before this run; what is written uses the present one. */
  aliases: readonly string[];
  initErrors: readonly string[];
  /** Its replacement exists; it is to be deleted. */
  delete: boolean;
  /** It was deleted so that its replacement can be created. */
  pendingReplacement: boolean;
  created: string | undefined;
  modified: string | undefined;
  readonly other: Readonly<Record<string, unknown>>;
}

/** Seconds a provider may take. */
export interface CustomTimeouts {
  readonly create?: number;
  readonly update?: number;
  readonly delete?: number;
}

/** The type of the resource that stands for the stack itself. */
export const stackType = "pulumi:pulumi:Stack";

const providerPrefix = "pulumi:providers:";

/** Whether the type is that of a provider. */
export function isProviderType(type: string): boolean {
  return type.startsWith(providerPrefix);
}

/** The type of a package's provider. */
export function providerTypeOf(packageName: string): string {
  return providerPrefix + packageName;
}

/** The package that a provider serves. */
export function packageOfProviderType(type: string): string {
  return type.slice(providerPrefix.length);
}

/** The package that a resource type belongs to. */
export function packageOfType(type: string): string {
  return type.slice(0, type.indexOf(":"));
}

/** Whether it is one of the providers that the engine adds by itself, which are never shown. */
export function isDefaultProvider(state: { readonly urn: string; readonly type: string }): boolean {
  return isProviderType(state.type) && nameOf(state.urn).startsWith("default");
}

/** The type at the end of a URN's chain of parent types. */
export function typeOf(urn: string): string {
  return (urn.split("::")[2] ?? "").split("$").at(-1) ?? "";
}

/** The URN of a resource; a child carries the types of its parents, but for the stack. */
export function makeUrn(stack: string, project: string, parent: string, type: string, name: string): string {
  const parentTypes = parent === "" || typeOf(parent) === stackType ? "" : `${parent.split("::")[2]}$`;
  return `urn:pulumi:${stack}::${project}::${parentTypes}${type}::${name}`;
}

/** A state with nothing but what every resource has. */
export function newState(
  required: Pick<ResourceState, "urn" | "type" | "custom"> & Partial<ResourceState>,
): ResourceState {
  return {
    id: "",
    inputs: {},
    outputs: {},
    parent: "",
    protect: false,
    provider: "",
    dependencies: [],
    propertyDependencies: {},
    additionalSecretOutputs: [],
    customTimeouts: {},
    retainOnDelete: false,
    deletedWith: "",
    ignoreChanges: [],
    replaceOnChanges: [],
    aliases: [],
    initErrors: [],
    delete: false,
    pendingReplacement: false,
    created: undefined,
    modified: undefined,
    other: {},
    ...required,
  };
}

/** URNs of everything the resource needs to exist. */
export function requirementsOf(state: ResourceState): string[] {
  const urns = [
    ...state.dependencies,
    ...Object.values(state.propertyDependencies).flat(),
    state.parent,
    state.deletedWith,
    state.provider === "" ? "" : parseReference(state.provider).urn,
  ];
  return [...new Set(urns.filter((urn) => urn !== ""))];
}

/** A reference to a provider: its URN and id joined by `::`. */
export function makeReference(urn: string, id: string): string {
  return `${urn}::${id}`;
}

/** The parts of a reference to a provider. */
export function parseReference(reference: string): { urn: string; id: string } {
  const at = reference.lastIndexOf("::");
  return { urn: reference.slice(0, at), id: reference.slice(at + 2) };
}
