import { ageSeconds, isoMoment, isoUse, jsonText } from "../json.ts";
import type { JudgedKey } from "./findings.ts";
import type { Report } from "./report.ts";

/** The report as a JSON document; docs/scan.md describes it, and names in it do not change. */
export function documentText({ now, keys, notes, remarks, credentialReportAt }: Report): string {
  return jsonText({
    version: 1,
    at: isoMoment(now),
    complete: notes.length === 0,
    credentialReportAt: isoMoment(credentialReportAt),
    keys: keys.map((key) => keyDocument(key, now)),
    notes,
    remarks,
  });
}

/** A key, with null for what is absent or not known. */
export function keyDocument({ account, ...key }: JudgedKey, now: number) {
  const createdAt = key.createdAt === undefined ? undefined : Date.parse(key.createdAt);
  return {
    id: key.id,
    type: key.type,
    account: account.id,
    accountName: account.name ?? null,
    description: key.description,
    owner: key.owner ?? null,
    status: key.status ?? null,
    createdAt: isoMoment(createdAt),
    ageSeconds: ageSeconds(createdAt, now),
    lastUse: isoUse(key.use),
    findings: key.findings,
  };
}
