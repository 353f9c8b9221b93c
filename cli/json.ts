import { redact } from "../provider/redact.ts";
import type { Use } from "./apiView.ts";

/** A document of JSON, without a secret whatever a server may have said. */
export function jsonText(document: object): string {
  return JSON.stringify(document, (_, value) => (typeof value === "string" ? redact(value) : value), 2);
}

/** In a document: ISO 8601, null if it is not known. */
export function isoMoment(at: number | undefined): string | null {
  return at === undefined || !Number.isFinite(at) ? null : new Date(at).toISOString();
}

/** In a document: null if it is not known. */
export function isoUse(use: Use): { at: string | null; by: string | null } | null {
  return use.known ? { at: use.last?.at ?? null, by: use.last?.by ?? null } : null;
}

/** In a document: in seconds. */
export function ageSeconds(createdAt: number | undefined, now: number): number | null {
  return createdAt === undefined || !Number.isFinite(createdAt)
    ? null
    : Math.max(0, Math.floor((now - createdAt) / 1000));
}
