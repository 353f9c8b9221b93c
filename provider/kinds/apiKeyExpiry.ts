import { IamKeysError } from "../errors.ts";
import { parseDuration } from "../rotation/duration.ts";
import { fuseAge } from "../rotation/fuse.ts";
import { DEFAULT_OVERLAP, type RetirementPolicy } from "../rotation/retirement.ts";
import type { RotationPolicy } from "../rotation/schedule.ts";
import type { Properties } from "./kind.ts";

/** When an API key ends: at a moment, at an age, or at the age that follows from its policy. */
interface Expiry {
  readonly expiresAt?: string | undefined;
  readonly expiresIn?: string | undefined;
  readonly expiryMargin?: string | undefined;
  readonly rotate?: RotationPolicy | undefined;
  /** What a rotating resource says beside that. */
  readonly overlap?: unknown;
  readonly retire?: unknown;
}

const OVER = "expiresAt must be in the future: a key that is made now would be refused at its first use";

const CLOCK_TOLERANCE_MS = 10 * 60 * 1000;

/** Why these do not go together, or do not fit the current time. */
export function expiryProblems(expiry: Expiry, olds: Properties, now: number): string[] {
  const { expiresAt, expiresIn, expiryMargin } = expiry;
  const given = Object.entries({ expiresAt, expiresIn, expiryMargin }).flatMap(([name, value]) =>
    value === undefined ? [] : [name],
  );
  if (given.length > 1)
    return [
      `${given.join(" and ")} cannot ${given.length > 2 ? "all" : "both"} be given: expiresAt is a point in time, expiresIn a lifetime, expiryMargin a time after the end of the policy`,
    ];
  if (expiryMargin !== undefined) return fuseProblems(expiry);
  if (expiresAt === undefined) return [];
  // The moment of an existing key may be in the past.
  const isNew = !sameMoment(expiresAt, olds.expiresAt);
  return isNew && Date.parse(expiresAt) <= now ? [OVER] : [];
}

/** A key that no run rotates, or that stays for as long as it is used, must not end by itself. */
function fuseProblems({ rotate, retire }: Expiry): string[] {
  if (rotate === undefined)
    return ["expiryMargin needs rotate: it counts from when the policy would be done with a key"];
  const { unlessUsedWithin, onceCurrentUsed } = (
    typeof retire === "object" ? retire : {}
  ) as Partial<RetirementPolicy>;
  const inTheWay = [
    ...(rotate.paused === true ? ["rotate.paused"] : []),
    ...(retire === "undo" ? ['retire: "undo"'] : []),
    ...(unlessUsedWithin === undefined ? [] : ["retire.unlessUsedWithin"]),
    ...(onceCurrentUsed ? ["retire.onceCurrentUsed"] : []),
  ];
  return inTheWay.map(
    (name) => `expiryMargin must be left out with ${name}: the key would expire although it must stay`,
  );
}

/** The age at which a key ends, in milliseconds; undefined if it is a moment, or never. */
export function ageAtEnd({ expiresIn, expiryMargin, rotate, overlap }: Expiry): number | undefined {
  if (expiresIn !== undefined) return parseDuration(expiresIn);
  if (expiryMargin === undefined || typeof rotate?.every !== "string") return undefined;
  return fuseAge(rotate, typeof overlap === "string" ? overlap : DEFAULT_OVERLAP, expiryMargin);
}

/** When a key that is made now expires. */
export function newExpiry(expiry: Expiry, now: number): string | undefined {
  const { expiresAt } = expiry;
  if (Date.parse(expiresAt ?? "") <= now) throw new IamKeysError("INVALID_ARGUMENT", OVER);
  const lifetime = ageAtEnd(expiry);
  return lifetime === undefined ? expiresAt : new Date(now + lifetime).toISOString();
}

/** When an existing key expires: an age counts from when it was made. */
export function wantedExpiry(expiry: Expiry, outputs: Properties): string | undefined {
  const lifetime = ageAtEnd(expiry);
  if (lifetime === undefined || outputs.createdAt === undefined) return expiry.expiresAt;
  const wanted = Date.parse(String(outputs.createdAt)) + lifetime;
  const held = outputs.expiresAt as string | undefined;
  // A consumer of the key does not expect an earlier end. So the end only moves later, until there is another key.
  if (expiry.expiryMargin !== undefined && !(Date.parse(held ?? "") < wanted)) return held;
  // The clock that asked for it is not the clock of createdAt.
  const isAsWanted = Math.abs(wanted - Date.parse(String(held))) < CLOCK_TOLERANCE_MS;
  return isAsWanted ? held : new Date(wanted).toISOString();
}

export function sameMoment(left: unknown, right: unknown): boolean {
  return left === right || Date.parse(String(left)) === Date.parse(String(right));
}
