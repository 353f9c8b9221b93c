import type { Deployment } from "@pulumi/pulumi/automation/index.js";
import { ordersDone } from "../../provider/lifecycle/ordersDone.ts";
import { nameOf } from "../../stack/files/urn.ts";
import { kindOf } from "./duePlan.ts";

/** What may be said of a key. */
export interface KeyFacts {
  readonly name: string;
  /** "yandex:RotatingStaticAccessKey". */
  readonly kind: string;
  /** The id of the key to use; absent if there is none. */
  readonly current: string | undefined;
  /** The key before it, until it is retired. */
  readonly previous: { readonly id: string; readonly isActive: boolean } | undefined;
  /** The `rotate.group` that was deployed. */
  readonly group: string | undefined;
  /** When it is due, in RFC 3339; absent if it never is. */
  readonly rotatesAt: string | undefined;
  /** The tokens of the orders to rotate at once that were carried out. */
  readonly orders: readonly string[];
}

/** A create that was interrupted, so that its outcome is unknown. */
export interface PendingCreate {
  readonly name: string;
  /** Whether pulumi-iam-keys finds and deletes what it may have made, by the mark in its description. */
  readonly isFindable: boolean;
}

/** What a run wants to know of a stack's state. No secret is in it. */
export interface StackFacts {
  readonly isEmpty: boolean;
  /** By URN. */
  readonly keys: ReadonlyMap<string, KeyFacts>;
  readonly pendingCreates: readonly PendingCreate[];
  /** What each resource depends on, by URN, in the order of the state. */
  readonly dependsOn: ReadonlyMap<string, readonly string[]>;
  /** The inputs of each resource, by URN, that take something of a key, directly or through another resource. */
  readonly takenOfKeys: ReadonlyMap<string, readonly string[]>;
}

interface ResourceJson {
  readonly urn: string;
  readonly dependencies?: readonly string[] | null;
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>> | null;
  readonly parent?: string;
  /** The URN of the provider, and its id behind it. */
  readonly provider?: string;
  readonly id?: string;
  readonly delete?: boolean;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

interface DeploymentJson {
  readonly resources?: readonly ResourceJson[];
  readonly pending_operations?: readonly { readonly type: string; readonly resource: ResourceJson }[];
}

/** Picks them from an exported state. What a rotating key holds is one secret: only its ids are taken. */
export function stackFacts({ deployment }: Deployment): StackFacts {
  const { resources = [], pending_operations: pending = [] }: DeploymentJson = deployment ?? {};
  const keys = resources.filter((each) => kindOf(each.urn) !== undefined && !each.delete);
  return {
    isEmpty: resources.length === 0,
    keys: new Map(keys.map((resource) => [resource.urn, keyFacts(resource)])),
    pendingCreates: pending
      .filter(({ type }) => type === "creating")
      .map(({ resource: { urn, inputs } }) => ({
        name: nameOf(urn),
        isFindable: kindOf(urn)?.startsWith("yandex:") === true && inputs?.tagDescription !== false,
      })),
    dependsOn: new Map(resources.map((resource) => [resource.urn, dependenciesOf(resource)])),
    takenOfKeys: takenOfKeys(resources),
  };
}

/** A state has what a resource takes something of before the resource. */
function takenOfKeys(resources: readonly ResourceJson[]): StackFacts["takenOfKeys"] {
  const taken = new Map<string, readonly string[]>();
  const isOfKey = (urn: string) => kindOf(urn) !== undefined || taken.has(urn);
  for (const { urn, propertyDependencies } of resources) {
    const inputs = Object.entries(propertyDependencies ?? {});
    const names = inputs.filter(([, urns]) => urns?.some(isOfKey)).map(([name]) => name);
    if (names.length > 0) taken.set(urn, names);
  }
  return taken;
}

function dependenciesOf({ dependencies, parent, provider }: ResourceJson): string[] {
  const of = provider?.split("::").slice(0, -1).join("::");
  return [...(dependencies ?? []), ...(parent ? [parent] : []), ...(of ? [of] : [])];
}

function keyFacts({ urn, id, inputs = {}, outputs = {} }: ResourceJson): KeyFacts {
  const kind = kindOf(urn) ?? "";
  const { rotatesAt } = outputs;
  const isRotating = kind.includes(":Rotating");
  const current = isRotating ? text(opened(outputs.current)?.id) : id;
  const previous = isRotating ? opened(outputs.previous) : undefined;
  const previousId = text(previous?.id);
  return {
    name: nameOf(urn),
    kind,
    current,
    previous: previousId === undefined ? undefined : { id: previousId, isActive: !previous?.inactiveSince },
    group: text(opened(inputs.rotate)?.group),
    rotatesAt: text(rotatesAt),
    orders: ordersDone(outputs, "rotateNow"),
  };
}

/** The object in a decrypted secret, or, as the plugin writes it, an object with secret parts. */
function opened(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { plaintext } = value as { plaintext?: unknown };
  if (typeof plaintext === "string") return JSON.parse(plaintext) ?? undefined;
  return value as Readonly<Record<string, unknown>>;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
