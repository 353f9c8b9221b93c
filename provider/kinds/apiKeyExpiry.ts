import { IamKeysError } from "../errors.ts";
import { parseDuration } from "../rotation/duration.ts";
import type { Properties } from "./kind.ts";

/** When an API key is to end: at a moment, or at an age. */
interface Expiry {
  readonly expiresAt?: string | undefined;
  readonly expiresIn?: string | undefined;
}

const OVER = "expiresAt must be in the future: a key that is made now would be refused from its first use on";

const CLOCK_TOLERANCE_MS = 10 * 60 * 1000;

/** Why these do not go together, or with the time that it is. */
export function expiryProblems({ expiresAt, expiresIn }: Expiry, olds: Properties, now: number): string[] {
  if (expiresAt === undefined) return [];
  if (expiresIn !== undefined)
    return ["expiresAt and expiresIn cannot both be given: the one is a moment, the other an age"];
  // The moment of a key that exists comes some day.
  const isNew = !sameMoment(expiresAt, olds.expiresAt);
  return isNew && Date.parse(expiresAt) <= now ? [OVER] : [];
}

/** When a key is to expire that is made now. */
export function newExpiry({ expiresAt, expiresIn }: Expiry, now: number): string | undefined {
  if (Date.parse(expiresAt ?? "") <= now) throw new IamKeysError("INVALID_ARGUMENT", OVER);
  const lifetime = expiresIn === undefined ? undefined : parseDuration(expiresIn);
  return lifetime === undefined ? expiresAt : new Date(now + lifetime).toISOString();
}

/** When a key is to expire that exists already: an age counts from when it was made. */
export function wantedExpiry({ expiresAt, expiresIn }: Expiry, outputs: Properties): string | undefined {
  const lifetime = expiresIn === undefined ? undefined : parseDuration(expiresIn);
  if (lifetime === undefined || outputs.createdAt === undefined) return expiresAt;
  const wanted = Date.parse(String(outputs.createdAt)) + lifetime;
  // It was asked for by another clock than that of createdAt.
  const isAsWanted = Math.abs(wanted - Date.parse(String(outputs.expiresAt))) < CLOCK_TOLERANCE_MS;
  return isAsWanted ? String(outputs.expiresAt) : new Date(wanted).toISOString();
}

export function sameMoment(left: unknown, right: unknown): boolean {
  return left === right || Date.parse(String(left)) === Date.parse(String(right));
}
