import type * as z from "zod";
import { overlapping } from "../kinds/fields.ts";
import type { Kind, Properties } from "../kinds/kind.ts";
import { parseDuration } from "../rotation/duration.ts";
import { DEFAULT_OVERLAP, type RetirementPolicy, USE_TOLD_WITHIN } from "../rotation/retirement.ts";
import { UNKNOWN } from "../unknown.ts";
import type { Taking } from "./checkInputs.ts";
import { earlyParts, earlyTime } from "./jointProblems.ts";
import { rotationPolicy } from "./keyDecision.ts";

const DEFAULT_GRACE = "24h";

/** The inputs of a rotating resource of that kind. */
export function takenBy(type: string, kind: Kind): Taking {
  return {
    type,
    kind,
    fields: { ...kind.inputs.shape, ...overlapping } as Record<string, z.ZodType>,
    problems: (inputs) => [...overlapProblems(kind, inputs), ...useProblems(kind, inputs)],
  };
}

/** What to tell a program that says how an old key goes, and not when a new one comes: it may have forgotten something. */
export function idlePolicyText(inputs: Properties): string | undefined {
  const given = Object.keys(overlapping).filter((name) => inputs[name] !== undefined);
  if (given.length === 0 || inputs.rotate !== undefined || inputs.keepers !== undefined) return undefined;
  return `${given.join(" and ")} without rotate: nothing makes a new key but an order (iam-keys:rotateNow). rotate: { every: "90d" } makes one by age`;
}

/** How the previous key goes, as the inputs say or as it is without them. */
export function retirementPolicy({ overlap, retire }: Properties): RetirementPolicy {
  const policy = (typeof retire === "object" ? retire : {}) as Partial<RetirementPolicy>;
  const { grace, unlessUsedWithin, onceCurrentUsed } = policy;
  return {
    overlap: typeof overlap === "string" ? overlap : DEFAULT_OVERLAP,
    grace: grace ?? DEFAULT_GRACE,
    unlessUsedWithin,
    onceCurrentUsed,
    undo: retire === "undo",
  };
}

/** Nobody must be told that a key stays while it is used, where no API says whether it is, or says it in time. */
function useProblems(kind: Kind, inputs: Properties): string[] {
  const { overlap, unlessUsedWithin, onceCurrentUsed } = retirementPolicy(inputs);
  if (!kind.lastUse)
    return Object.entries({ unlessUsedWithin, onceCurrentUsed })
      .filter(([, given]) => given !== undefined)
      .map(
        ([name]) =>
          `retire.${name} must be left out: no API tells when a key of ${kind.type} was last used. overlap alone says how long the previous one stays`,
      );
  if (!onceCurrentUsed) return [];
  const within = unlessUsedWithin === undefined ? undefined : parseDuration(unlessUsedWithin);
  return [
    ...(parseDuration(overlap) === 0
      ? [
          `overlap must be longer than nothing with retire.onceCurrentUsed: with "${overlap}" the previous key goes in the run that replaces it`,
        ]
      : []),
    ...(within !== undefined && within < (parseDuration(USE_TOLD_WITHIN) ?? 0)
      ? [
          `retire.unlessUsedWithin (${unlessUsedWithin}) must be at least ${USE_TOLD_WITHIN} with retire.onceCurrentUsed, because an API tells of a use late`,
        ]
      : []),
  ];
}

/** A key must be gone before the next one is due, or there would be three; and not expire before that. */
function overlapProblems(kind: Kind, inputs: Properties): string[] {
  const { every, ...earlier } = rotationPolicy(kind, inputs) ?? {};
  const { overlap, grace } = retirementPolicy(inputs);
  if (every === undefined || [overlap, grace].includes(UNKNOWN)) return [];
  const everyMs = parseDuration(every) ?? 0;
  const dueAt = everyMs - earlyTime(earlier);
  const overlapMs = parseDuration(overlap) ?? 0;
  // Without an overlap the previous key is deleted at once, and is never inactive.
  const stays = overlapMs + (kind.setActive && overlapMs > 0 ? (parseDuration(grace) ?? 0) : 0);
  const parts = kind.setActive
    ? `overlap (${overlap}) and retire.grace (${grace}) together`
    : `overlap (${overlap})`;
  const lifetime = kind.lifetime?.(inputs);
  return [
    ...(stays < dueAt
      ? []
      : [
          `${parts} must be shorter than rotate.every (${every})${["", ...earlyParts(earlier)].join(" less ")}, so that a key is gone before the next one is due`,
        ]),
    ...(lifetime === undefined || everyMs + overlapMs < lifetime
      ? []
      : [
          `rotate.every (${every}) and overlap (${overlap}) together must be shorter than expiresIn (${inputs.expiresIn}), so that no key expires before it is retired`,
        ]),
  ];
}
