import { redact } from "../../provider/redact.ts";
import type { KeyStatus } from "./keyStatus.ts";
import type { Report } from "./report.ts";

/** The report as a JSON document; docs/status.md describes it, and names in it do not change. */
export function documentText({ stack, now, keys, notes }: Report): string {
  const document = {
    version: 1,
    stack: stack ?? null,
    at: moment(now),
    overdue: keys.some(({ isOverdue }) => isOverdue),
    keys: keys.map((key) => keyDocument(key, now)),
    notes,
  };
  return JSON.stringify(document, (_, value) => (typeof value === "string" ? redact(value) : value), 2);
}

function keyDocument(key: KeyStatus, now: number) {
  const { resource, urn, type, state, keyId, createdAt, dueAt, expiresAt, isOverdue, use, next, notes } = key;
  return {
    resource,
    urn,
    type,
    state,
    keyId: keyId ?? null,
    createdAt: moment(createdAt),
    ageSeconds: createdAt === undefined ? null : Math.max(0, Math.floor((now - createdAt) / 1000)),
    dueAt: moment(dueAt),
    expiresAt: moment(expiresAt),
    overdue: isOverdue,
    lastUse: use.known ? { at: use.last?.at ?? null, by: use.last?.by ?? null } : null,
    next: { action: next.action, reason: next.reason ?? null, text: next.text },
    notes,
  };
}

function moment(at: number | undefined): string | null {
  return at === undefined || !Number.isFinite(at) ? null : new Date(at).toISOString();
}
