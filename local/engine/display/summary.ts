import type { StepOp } from "../deployment/step.ts";
import type { ChangeCounts } from "./runReport.ts";

const words: readonly [StepOp, string, string, string][] = [
  ["create", "+ ", "to create", "created"],
  ["update", "~ ", "to update", "updated"],
  ["delete", "- ", "to delete", "deleted"],
  ["replace", "+-", "to replace", "replaced"],
];

/** The lines below `Resources:`. */
export function summaryLines(counts: ChangeCounts, preview: boolean): string[] {
  const lines: string[] = [];
  let changes = 0;
  for (const [op, sign, planned, done] of words) {
    const count = counts.get(op) ?? 0;
    if (count === 0) continue;
    changes += count;
    lines.push(`    ${sign}${count} ${preview ? planned : done}`);
  }
  const unchanged = counts.get("same") ?? 0;
  if (unchanged === 0) return lines;
  if (changes === 0) return [...lines, `    ${unchanged} unchanged`];
  return lines.length > 1
    ? [...lines, `    ${changes} changes. ${unchanged} unchanged`]
    : [...lines, `    ${unchanged} unchanged`];
}
