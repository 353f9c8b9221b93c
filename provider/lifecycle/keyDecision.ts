import { isDeepStrictEqual } from "node:util";
import { IamKeysError } from "../errors.ts";
import type { Kind, Properties } from "../kinds/kind.ts";
import type { Ports } from "../ports.ts";
import { type Decision, decide } from "../rotation/decision.ts";
import { durationText } from "../rotation/duration.ts";
import { parseRotateNow, type RotateNow, tokenFor } from "../rotation/emergency.ts";
import type { Outlook, Reason } from "../rotation/outlook.ts";
import { decideByAge, type RotationPolicy } from "../rotation/schedule.ts";
import { readSetting } from "../settings.ts";
import { holdsUnknown } from "../unknown.ts";
import { ORDER_OUTPUTS, ordersDone, withOrderDone } from "./ordersDone.ts";
import { OWNER, resourceName } from "./ownerInput.ts";
import { compact, madeAt, pick } from "./properties.ts";

/** The outputs by which a later run decides. A state of 0.1.0 has them among its inputs, too. */
export const STAMPS = ["keySince", "rotatesAt", "rotateNow"] as const;

/** The order to rotate at once, `iam-keys:rotateNow` in the stack's configuration. Throws if it is malformed. */
export function readOrder(ports: Ports): RotateNow | undefined {
  return orderIn(ports, "iam-keys:rotateNow", "IAM_KEYS_ROTATE_NOW");
}

/** The order to go back to the previous key, `iam-keys:revertNow`. Throws if it is malformed. */
export function readRevert(ports: Ports): RotateNow | undefined {
  return orderIn(ports, "iam-keys:revertNow", "IAM_KEYS_REVERT_NOW");
}

function orderIn(ports: Ports, config: string, environment: string): RotateNow | undefined {
  const setting = readSetting(ports, { config, environment });
  if (!setting) return undefined;
  const order = parseRotateNow(setting.value);
  if (order) return order;
  throw new IamKeysError("INVALID_CONFIG", `${setting.source} must be "<token>:<pattern>[,<pattern>…]".`, {
    hint: 'For example "incident-42:*" or "2026-11-24:uploads,ci-*"; a new token is a new order.',
  });
}

/** Whether the key of these outputs needs a new one. */
export function decideOn(
  kind: Kind,
  ports: Ports,
  outputs: Properties,
  inputs: Properties,
  changed: readonly string[],
): Decision {
  return decide({
    since: keySince(outputs),
    policy: rotationPolicy(kind, inputs),
    order: readOrder(ports),
    name: resourceName(inputs) ?? "",
    ordersDone: ordersDone(outputs, "rotateNow"),
    changed,
    now: ports.now(),
  });
}

/** The outputs that a preview names as the reason. */
export function outputsBehind(reasons: readonly Reason[]): string[] {
  return reasons.flatMap(({ because }) => OUTPUTS_BEHIND[because] ?? []);
}

const OUTPUTS_BEHIND: Partial<Record<Reason["because"], string>> = {
  ordered: "rotateNow",
  due: "rotatesAt",
  keyMissing: "current",
  secretMissing: "current",
};

/** What to say about a key that stays although its policy changed. */
export function policyOutlook(kind: Kind, outputs: Properties, inputs: Properties): Outlook | undefined {
  const [was, is] = [rotationPolicy(kind, outputs), rotationPolicy(kind, inputs)];
  // A policy that a preview does not know yet looks as if it were absent.
  if (isDeepStrictEqual(was, is) || (!is && holdsUnknown(inputs))) return undefined;
  return { what: "policy", next: is?.paused ? undefined : dueByAge(kind, inputs, outputs) };
}

/**
 * What the state remembers of a key that was made at that moment. An order that names the key is carried out by that.
 *
 * @param held what the state remembers of orders until then
 */
export function stampsOfNew(ports: Ports, inputs: Properties, madeAt: number, held: Properties): Properties {
  const token = tokenFor(readOrder(ports), resourceName(inputs) ?? "");
  const orders = { ...pick(held, ORDER_OUTPUTS), ...withOrderDone(held, "rotateNow", token) };
  return compact({ keySince: rfc3339(madeAt), ...orders });
}

/** The stamps of the outputs, with the moment at which the key is due as the inputs have it. */
export function restamped(kind: Kind, outputs: Properties, inputs: Properties): Properties {
  const moments = { keySince: keySince(outputs), rotatesAt: dueByAge(kind, inputs, outputs) };
  const texts = Object.entries(moments).map(([name, at]) => [name, at === undefined ? at : rfc3339(at)]);
  return { ...Object.fromEntries(texts), ...pick(outputs, ORDER_OUTPUTS) };
}

/** When a key is due by its age, in milliseconds; undefined if it never is. */
export function dueByAge(kind: Kind, inputs: Properties, outputs: Properties): number | undefined {
  const [policy, since] = [rotationPolicy(kind, inputs), keySince(outputs)];
  return policy && since !== undefined ? decideByAge(since, policy, 0).rotatesAt : undefined;
}

/**
 * When a key is rotated by its age: as the inputs say, or well before it expires; undefined if it never is, or if a
 * part of the policy is not known yet.
 */
export function rotationPolicy(kind: Kind, inputs: Properties): RotationPolicy | undefined {
  const { rotate } = inputs;
  if (rotate !== undefined)
    return holdsUnknown(rotate) ? undefined : seeded(rotate as RotationPolicy, inputs);
  const lifetime = kind.lifetime?.(inputs);
  return lifetime === undefined ? undefined : { every: durationText((lifetime * 2) / 3) };
}

/** The owner, and not the run, decides a resource's part of the jitter. So a preview and its run agree. */
function seeded(policy: RotationPolicy, inputs: Properties): RotationPolicy {
  const owner = inputs[OWNER];
  return policy.jitter === undefined || typeof owner !== "string" ? policy : { ...policy, seed: owner };
}

/** When the key was made, in milliseconds, as far as the outputs say. */
export function keySince(outputs: Properties): number | undefined {
  const at = Date.parse(String(outputs.keySince ?? madeAt(outputs)));
  return Number.isNaN(at) ? undefined : at;
}

/** In whole seconds. */
function rfc3339(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
