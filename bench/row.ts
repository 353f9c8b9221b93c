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
  /** "shown": there is no target. */
  readonly verdict: "met" | "missed" | "shown";
  /** The same for machines. */
  readonly values?: Values;
}

/** Of each round; what is compared is the median. */
export interface Values {
  readonly unit: string;
  readonly measured: readonly number[];
  readonly floor?: readonly number[];
  /** How many resources there were. */
  readonly count?: number;
}

interface Comparison {
  readonly measured: Sample;
  readonly floor: Sample;
  /** How many times the floor at most; absent: there is no target. */
  readonly most?: number;
  readonly count?: number;
}

/** What is to be at most so many times something else. */
export function timesFloor(what: string, { measured, floor, most, count }: Comparison): Row {
  const ratio = measured.median / floor.median;
  return {
    what,
    measured: String(measured),
    floor: String(floor),
    result: `${ratio.toFixed(2)} ×${most === undefined ? "" : ` (≤ ${most.toFixed(2)} ×)`}`,
    verdict: verdictOf(ratio, most),
    values: {
      unit: measured.unit,
      measured: measured.values,
      floor: floor.values,
      ...(count !== undefined && { count }),
    },
  };
}

/** What is to be at most so much more than something else. */
export function moreThanFloor(what: string, { measured, floor, most }: Comparison): Row {
  const more = measured.median - floor.median;
  const { unit } = measured;
  return {
    what,
    measured: String(measured),
    floor: String(floor),
    result: `+ ${rounded(more)} ${unit}${most === undefined ? "" : ` (≤ + ${rounded(most)} ${unit})`}`,
    verdict: verdictOf(more, most),
    values: { unit, measured: measured.values, floor: floor.values },
  };
}

/** A figure that is to be at most so much, or has no target. */
export function atMost(what: string, measured: Sample, most?: number, floor = ""): Row {
  const { unit } = measured;
  return {
    what,
    measured: String(measured),
    floor,
    result: most === undefined ? "" : `≤ ${rounded(most)} ${unit}`,
    verdict: verdictOf(measured.median, most),
    values: { unit, measured: measured.values },
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
    result: isSame ? "exactly" : `exactly ${countsText(expected)}`,
    verdict: isSame ? "met" : "missed",
  };
}

/** A measure that came to no end has missed its targets. */
export function failed(what: string, error: unknown): Row {
  const [line] = String(error instanceof Error ? error.message : error).split("\n");
  return { what, measured: "", floor: "", result: `failed: ${line}`, verdict: "missed" };
}

/** The rows as a Markdown table. */
export function tableOf(rows: readonly Row[]): string {
  return markdownTable([
    ["what", "measured", "floor", "result (target)", "verdict"],
    ...rows.map(({ what, measured, floor, result, verdict }) => [what, measured, floor, result, verdict]),
  ]);
}

/** "31 rows: 20 met, 3 missed, 8 without a target." */
export function summaryOf(rows: readonly Row[]): string {
  const count = (wanted: Row["verdict"]) => rows.filter(({ verdict }) => verdict === wanted).length;
  return `${rows.length} rows: ${count("met")} met, ${count("missed")} missed, ${count("shown")} without a target.`;
}

function verdictOf(value: number, most: number | undefined): Row["verdict"] {
  if (most === undefined) return "shown";
  return value <= most ? "met" : "missed";
}

function countsText(counts: Readonly<Record<string, number>>): string {
  const texts = Object.entries(counts).map(([operation, count]) => `${count} ${operation}`);
  return texts.length > 0 ? texts.sort().join(", ") : "0";
}
