import { markdownTable } from "markdown-table";
import { rounded, type Sample } from "./statistics.ts";

/** One line of the table: what was measured, against what, and whether that is good enough. */
export interface Row {
  readonly what: string;
  readonly measured: string;
  /** What it is compared with, measured in the same run or given. */
  readonly floor: string;
  /** What came of the comparison, and what was to come of it. */
  readonly result: string;
  readonly verdict: "met" | "missed" | "skipped";
}

/** A time that may be at most so many times another one. */
export function timesFloor(what: string, measured: Sample, floor: Sample, most: number): Row {
  const ratio = measured.median / floor.median;
  return {
    what,
    measured: String(measured),
    floor: String(floor),
    result: `${ratio.toFixed(2)} × (≤ ${most} ×)`,
    verdict: ratio <= most ? "met" : "missed",
  };
}

/** A figure that may be at most so much. */
export function atMost(what: string, measured: Sample, most: number, unit: string, floor = ""): Row {
  return {
    what,
    measured: String(measured),
    floor,
    result: `≤ ${rounded(most)} ${unit}`,
    verdict: measured.median <= most ? "met" : "missed",
  };
}

/** Requests as the server's log has them, and how many there should be of each operation. */
export function exactly(
  what: string,
  counts: Readonly<Record<string, number>>,
  expected: Readonly<Record<string, number>>,
): Row {
  const sorted = (all: Readonly<Record<string, number>>) => Object.entries(all).sort();
  const isSame = JSON.stringify(sorted(counts)) === JSON.stringify(sorted(expected));
  return {
    what,
    measured: countsText(counts),
    floor: "",
    result: countsText(expected),
    verdict: isSame ? "met" : "missed",
  };
}

/** A row that was not measured here, and why. */
export function skipped(what: string, why: string): Row {
  return { what, measured: "", floor: "", result: why, verdict: "skipped" };
}

/** The rows as a Markdown table. */
export function tableOf(rows: readonly Row[]): string {
  return markdownTable([
    ["what", "measured", "floor", "result (target)", "verdict"],
    ...rows.map(({ what, measured, floor, result, verdict }) => [what, measured, floor, result, verdict]),
  ]);
}

function countsText(counts: Readonly<Record<string, number>>): string {
  const texts = Object.entries(counts).map(([operation, count]) => `${count} ${operation}`);
  return texts.length > 0 ? texts.sort().join(", ") : "0";
}
