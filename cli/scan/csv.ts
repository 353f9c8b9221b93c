import { plain } from "../words.ts";
import { keyDocument } from "./document.ts";
import type { Report } from "./report.ts";

const COLUMNS = [
  "id",
  "type",
  "account",
  "accountName",
  "description",
  "owner",
  "status",
  "createdAt",
  "ageSeconds",
  "lastUsedAt",
  "lastUsedBy",
  "findings",
] as const;

/** The keys as CSV (RFC 4180): a line for the names, and one a key. */
export function csvText({ keys, now }: Report): string {
  const rows = keys.map((key) => {
    const { lastUse, findings, ...rest } = keyDocument(key, now);
    // "never" differs from "unknown".
    const lastUsedAt = lastUse && (lastUse.at ?? "never");
    const codes = findings.map(({ code }) => code).join(" ");
    const cells = { ...rest, lastUsedAt, lastUsedBy: lastUse?.by ?? null, findings: codes };
    return COLUMNS.map((column) => cell(cells[column]));
  });
  return [COLUMNS, ...rows].map((cells) => cells.join(",")).join("\r\n");
}

function cell(value: string | number | null): string {
  const text = plain(String(value ?? ""));
  // Who opens the file in a spreadsheet must not run what somebody wrote into a description.
  const safe = /^\s*[=+@-]/.test(text) ? `'${text}` : text;
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
