import { GROUPS } from "./faults.ts";
import { OPERATIONS } from "./operations.ts";
import type { CaseReport } from "./runMatrix.ts";

/** The cases in numbers, as a Markdown table: survived/tried, a line for each operation. */
export function tableOf(reports: readonly CaseReport[]): string {
  const operations = OPERATIONS.filter((name) => reports.some(({ one }) => one.operation === name));
  const groups = GROUPS.filter((name) => reports.some(({ one }) => one.group === name));
  const rows = [
    ["", ...groups, "all"],
    ...operations.map((name) =>
      rowOf(
        name,
        groups,
        reports.filter(({ one }) => one.operation === name),
      ),
    ),
    rowOf("all", groups, reports),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...body.map(line)].join("\n");
}

/** How many cases ended in which way, in a sentence. */
export function sumsOf(reports: readonly CaseReport[]): string {
  const count = (outcome: string) => reports.filter(({ result }) => result.outcome === outcome).length;
  return `${reports.length} cases: ${count("survived")} survived, ${count("person")} with a person's help, ${count("failed")} failed.`;
}

function rowOf(name: string, groups: readonly string[], reports: readonly CaseReport[]): string[] {
  return [
    name,
    ...groups.map((group) => cellOf(reports.filter(({ one }) => one.group === group))),
    cellOf(reports),
  ];
}

function cellOf(reports: readonly CaseReport[]): string {
  if (reports.length === 0) return "";
  const survived = reports.filter(({ result }) => result.outcome !== "failed").length;
  return `${survived}/${reports.length}`;
}
