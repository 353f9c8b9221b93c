import { ageSeconds, isoMoment, isoUse, jsonText } from "../json.ts";
import type { KeyStatus } from "./keyStatus.ts";
import type { Report } from "./report.ts";
import { urgencyOf } from "./urgency.ts";

/** The report as a JSON document, or a list of them; docs/status.md describes it, and names in it do not change. */
export function documentText(reports: Report | readonly Report[]): string {
  return jsonText("stack" in reports ? documentOf(reports) : reports.map(documentOf));
}

function documentOf({ stack, now, within, keys, isComplete, notes }: Report) {
  return {
    version: 1,
    stack: stack ?? null,
    at: isoMoment(now),
    overdue: keys.some(({ isOverdue }) => isOverdue),
    dueSoon: keys.some((key) => urgencyOf(key, now, within) === "soon"),
    complete: isComplete,
    keys: keys.map((key) => keyDocument(key, now, within)),
    notes,
  };
}

function keyDocument(key: KeyStatus, now: number, within: number | undefined) {
  const { resource, urn, type, state, keyId, createdAt, dueAt, expiresAt, isOverdue, use, next, notes } = key;
  return {
    resource,
    urn,
    type,
    state,
    keyId: keyId ?? null,
    createdAt: isoMoment(createdAt),
    ageSeconds: ageSeconds(createdAt, now),
    dueAt: isoMoment(dueAt),
    expiresAt: isoMoment(expiresAt),
    overdue: isOverdue,
    dueSoon: urgencyOf(key, now, within) === "soon",
    lastUse: isoUse(use),
    next: { action: next.action, reason: next.reason ?? null, text: next.text },
    notes,
  };
}
