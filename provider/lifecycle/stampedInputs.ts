import { IamKeysError } from "../errors.ts";
import type { Kind, Properties } from "../kinds/kind.ts";
import type { Ports } from "../ports.ts";
import { parseRotateNow, type RotateNow } from "../rotation/emergency.ts";
import type { AgeDecision, RotationPolicy } from "../rotation/schedule.ts";
import { type Stamp, stampInputs } from "../rotation/stamp.ts";
import { readSetting } from "../settings.ts";
import { UNKNOWN } from "../unknown.ts";
import { pick } from "./properties.ts";

/** The input in which `sdk` says whose key it is: "project/stack/name", "project/stack/name@1a2b3c4d". */
export const OWNER = "owner";

/** The inputs that the provider and `sdk` write, not the program. */
export const STAMPED = [OWNER, "keySince", "rotatesAt", "rotateNow"] as const;

/** How messages call a resource: its name where `sdk` gave it, else its type alone. */
export function nameOf(type: string, inputs: Properties): string {
  const owner = inputs[OWNER];
  return typeof owner === "string" ? `${resourceName(owner)} (${type})` : type;
}

/** What no other resource has: the owner with the type; undefined where `sdk` gave no owner. */
export function ownerOf(type: string, inputs: Properties): string | undefined {
  const owner = inputs[OWNER];
  return typeof owner === "string" ? `${type} ${owner}` : undefined;
}

/** The name in the program: what follows the stack, without the digest that a child of a component has. */
function resourceName(owner: string): string {
  return owner
    .split("/")
    .slice(2)
    .join("/")
    .replace(/@[0-9a-f]{8}$/, "");
}

/** The order to rotate at once, `iam-keys:rotateNow` in the stack's configuration. */
function readOrder(ports: Ports): RotateNow | undefined {
  const setting = readSetting(ports, { config: "iam-keys:rotateNow", environment: "IAM_KEYS_ROTATE_NOW" });
  if (!setting) return undefined;
  const order = parseRotateNow(setting.value);
  if (order) return order;
  throw new IamKeysError("INVALID_CONFIG", `${setting.source} must be "<token>:<pattern>[,<pattern>…]".`, {
    hint: 'For example "incident-42:*" or "2026-11-24:uploads,ci-*"; a new token is a new order.',
  });
}

/** The inputs with the stamp of this run; says why a key that is due stays. */
export function stamped(
  type: string,
  kind: Kind,
  olds: Properties,
  inputs: Properties,
  changed: boolean,
  ports: Ports,
  adoptedSince?: number,
): Properties {
  const owner = inputs[OWNER];
  const { stamp, held } = stampInputs({
    last: typeof olds.keySince === "string" ? (olds as unknown as Stamp) : undefined,
    policy: rotationPolicy(kind, inputs),
    order: readOrder(ports),
    name: typeof owner === "string" ? resourceName(owner) : "",
    changed,
    adoptedSince,
    now: ports.now(),
  });
  if (held) warnHeld(nameOf(type, inputs), held, ports);
  return { ...inputs, ...stamp };
}

/**
 * When a key is rotated by its age: as the inputs say, or well before it expires; undefined where that is never,
 * or not known yet in all its parts.
 */
export function rotationPolicy(kind: Kind, inputs: Properties): RotationPolicy | undefined {
  const { rotate } = inputs;
  if (rotate !== undefined)
    return JSON.stringify(rotate).includes(UNKNOWN) ? undefined : (rotate as RotationPolicy);
  const lifetime = kind.lifetime?.(inputs);
  return lifetime === undefined ? undefined : { every: `${Math.floor((lifetime * 2) / 3 / 1000)}s` };
}

function warnHeld(name: string, { action, rotatesAt }: AgeDecision, ports: Ports): void {
  const since = new Date(rotatesAt).toISOString();
  if (action === "paused")
    ports.warn(`${name} is overdue for rotation since ${since}, but rotation is paused.`);
  if (action === "window")
    ports.warn(`${name} is overdue for rotation since ${since} and waits for its window.`);
}

/** The stamps of the inputs; none where the inputs were never checked, so that those of the outputs stay. */
export function stampsOf(inputs: Properties): Properties {
  return inputs.keySince === undefined ? {} : pick(inputs, STAMPED);
}

/** Why the inputs ask for a newer key than the outputs hold, where these inputs have changed. */
export function reasonForNewKey(changed: readonly string[], outputs: Properties, inputs: Properties): string {
  if (changed.length > 0) return `${changed.join(" and ")} changed`;
  if (inputs.rotateNow !== outputs.rotateNow) return `the order ${inputs.rotateNow}`;
  return `it was due at ${outputs.rotatesAt ?? "this moment"}`;
}

/** Whether the inputs ask for a newer key than the outputs hold. */
export function asksForNewKey(outputs: Properties, inputs: Properties): boolean {
  const [held, asked] = [outputs.keySince, inputs.keySince];
  return typeof held === "string" && typeof asked === "string" && Date.parse(asked) > Date.parse(held);
}
