import type { Kind, Properties } from "../kinds/kind.ts";
import { parseDuration } from "../rotation/duration.ts";
import type { RotationPolicy } from "../rotation/schedule.ts";
import { rotationPolicy } from "./keyDecision.ts";
import { tagProblems } from "./ownerTag.ts";

/** Why inputs that are valid one by one cannot be used together. */
export function jointProblems(
  type: string,
  kind: Kind,
  inputs: Properties,
  olds: Properties,
  now: number,
): string[] {
  return [
    ...tagProblems(type, kind, inputs),
    ...(kind.problems?.(inputs, olds, now) ?? []),
    ...leadProblems(kind, inputs),
    ...expiryProblems(kind, inputs),
  ];
}

function leadProblems(kind: Kind, inputs: Properties): string[] {
  const { every, ...earlier } = rotationPolicy(kind, inputs) ?? {};
  const early = earlyParts(earlier);
  if (every === undefined || early.length === 0 || earlyTime(earlier) < (parseDuration(every) ?? 0))
    return [];
  return [
    `${early.join(" and ")}${early.length > 1 ? " together" : ""} must be shorter than rotate.every (${every}), or each run would make a new key`,
  ];
}

type Early = Pick<RotationPolicy, "lead" | "jitter">;

/** What makes a key due before it is as old as `every`, in the words of an error. */
export function earlyParts({ lead, jitter }: Early): string[] {
  return Object.entries({ lead, jitter }).flatMap(([name, value]) =>
    value === undefined ? [] : [`rotate.${name} (${value})`],
  );
}

/** How much earlier that is at most, in milliseconds. */
export function earlyTime({ lead = "0s", jitter = "0s" }: Early): number {
  return (parseDuration(lead) ?? 0) + (parseDuration(jitter) ?? 0);
}

function expiryProblems(kind: Kind, inputs: Properties): string[] {
  const lifetime = kind.lifetime?.(inputs);
  const every = rotationPolicy(kind, inputs)?.every;
  if (lifetime === undefined || every === undefined || (parseDuration(every) ?? 0) < lifetime) return [];
  return [
    `rotate.every (${every}) must be shorter than expiresIn (${inputs.expiresIn}), so that the key is rotated before it expires`,
  ];
}
