import type { Kind, Properties } from "../../provider/kinds/kind.ts";
import { isRotating } from "../../provider/lifecycle/loadLifecycle.ts";
import { asksForNewKey, rotationPolicy } from "../../provider/lifecycle/stampedInputs.ts";
import { decideByAge, waitsUntil } from "../../provider/rotation/schedule.ts";
import type { StoredResource } from "../../stack/storedResource.ts";
import { momentText } from "../words.ts";
import type { Next } from "./keyStatus.ts";
import type { Rehearsal } from "./rehearsal.ts";

/** What the next run does to the key that is in use, or to a resource that has none. */
export function nextOfCurrent(resource: StoredResource, kind: Kind, rehearsal: Rehearsal, now: number): Next {
  const { does, failure } = rehearsal;
  if (does === "refuse") return { action: "fail", reason: "refused", text: `the run is refused: ${failure}` };
  const next = plannedNext(resource, kind, rehearsal, now);
  if (resource.isProtected && does === "replace")
    return {
      ...next,
      action: "fail",
      text: `${next.text}; the engine refuses it, as the resource is protected`,
    };
  if (failure !== undefined)
    return { ...next, action: "fail", text: `${next.text}; the run fails: ${failure}` };
  return next;
}

function plannedNext(resource: StoredResource, kind: Kind, rehearsal: Rehearsal, now: number): Next {
  const { does, inputs, because, acts } = rehearsal;
  const { outputs } = resource;
  const makes = does === "replace" || acts.some(({ what }) => what === "create");
  const wants = makes || asksForNewKey(outputs, inputs);
  if (wants) {
    const why = whyNew(resource, kind, rehearsal, now);
    if (makes) {
      const action = isRotating(resource.type) && does !== "replace" ? "rotate" : "replace";
      return { ...why, action, text: `${action}: ${why.text}` };
    }
    if (rehearsal.failure !== undefined) return { ...why, action: "rotate", text: `rotate: ${why.text}` };
    return {
      action: "hold",
      reason: "previousInTheWay",
      text: `held until the previous key is gone: ${why.text}`,
    };
  }
  const held = heldByPolicy(kind, inputs, now);
  if (held) return held;
  const changed = because.filter((name) => Object.hasOwn(kind.inputs.shape, name));
  if (changed.length > 0)
    return { action: "update", reason: "changed", text: `update ${changed.join(", ")}` };
  return { action: "none", text: "nothing" };
}

/** Why a run makes a new key. */
function whyNew(
  { outputs, type }: StoredResource,
  kind: Kind,
  { inputs, because }: Rehearsal,
  now: number,
): Omit<Next, "action"> {
  if (isRotating(type) && outputs.current === undefined)
    return { reason: "keyMissing", text: "there is no key" };
  const needed = kind.needed?.(outputs) ?? kind.secretOutputs;
  const lost = needed.filter((name) => because.includes(name));
  if (lost.length > 0) return { reason: "secretMissing", text: `its ${lost.join(" and ")} is missing` };
  if (inputs.rotateNow !== outputs.rotateNow && inputs.rotateNow !== undefined)
    return { reason: "ordered", text: `ordered by iam-keys:rotateNow (${inputs.rotateNow})` };
  const changed = because.filter((name) => kind.replaceOn.includes(name));
  if (changed.length > 0) return { reason: "changed", text: `${changed.join(", ")} changed` };
  const renewal = kind.renewal?.(outputs, inputs);
  if (renewal && renewal.from <= now) return { reason: "expiring", text: renewal.reason };
  const dueAt = dueByAge(kind, inputs, outputs.keySince);
  if (dueAt !== undefined && dueAt <= now) return { reason: "due", text: `due since ${momentText(dueAt)}` };
  return { reason: "unfinished", text: "an earlier run did not come to it" };
}

/** When a key is due by its age that was decided upon at that moment; undefined where it never is. */
export function dueByAge(kind: Kind, inputs: Properties, keySince: unknown): number | undefined {
  const policy = rotationPolicy(kind, inputs);
  if (!policy || typeof keySince !== "string") return undefined;
  return decideByAge(Date.parse(keySince), policy, 0).rotatesAt;
}

/** What the policy says of a key that is due and stays. */
function heldByPolicy(kind: Kind, inputs: Properties, now: number): Next | undefined {
  const policy = rotationPolicy(kind, inputs);
  if (!policy) return undefined;
  const { action, rotatesAt } = decideByAge(Date.parse(String(inputs.keySince)), policy, now);
  const since = `due since ${momentText(rotatesAt)}`;
  if (action === "paused") return { action: "hold", reason: "paused", text: `paused: ${since}` };
  if (action !== "window") return undefined;
  const until = waitsUntil(policy, rotatesAt, now);
  const text = until === undefined ? "held by its window" : `held by its window until ${momentText(until)}`;
  return { action: "hold", reason: "window", text: `${text}: ${since}` };
}
