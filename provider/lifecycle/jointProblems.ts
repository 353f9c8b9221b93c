import type { Kind, Properties } from "../kinds/kind.ts";
import { parseDuration } from "../rotation/duration.ts";
import { rotationPolicy } from "./keyDecision.ts";
import { tagProblems } from "./ownerTag.ts";

/** Why inputs that are right one by one cannot be used together. */
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
  const { every, lead } = rotationPolicy(kind, inputs) ?? {};
  if (every === undefined || lead === undefined || (parseDuration(lead) ?? 0) < (parseDuration(every) ?? 0))
    return [];
  return [
    `rotate.lead (${lead}) must be shorter than rotate.every (${every}), or each run would make a new key`,
  ];
}

function expiryProblems(kind: Kind, inputs: Properties): string[] {
  const lifetime = kind.lifetime?.(inputs);
  const every = rotationPolicy(kind, inputs)?.every;
  if (lifetime === undefined || every === undefined || (parseDuration(every) ?? 0) < lifetime) return [];
  return [
    `rotate.every (${every}) must be shorter than expiresIn (${inputs.expiresIn}), so that the key is rotated before it expires`,
  ];
}
