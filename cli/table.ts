import stringWidth from "string-width";
import wrapAnsi from "wrap-ansi";
import { plain } from "./words.ts";

const GAP = "  ";
/** A last column that is narrower than this is not worth wrapping for. */
const NARROWEST = 20;
const INDENT = "  ";
const NO_BREAK = "\u00a0";

/**
 * Rows of cells as lines of text, the first one with the names of the columns. Each column is as wide as it needs to be,
 * and the last one is wrapped into what is left. Where too little is left, the columns that fit stand beside each other, and
 * the others under them.
 *
 * @param width how many characters a line may have. Infinity: as many as it takes
 */
export function tableLines(rows: readonly (readonly string[])[], width: number): string[] {
  const last = (rows[0]?.length ?? 0) - 1;
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => stringWidth(row[column] ?? ""))),
  );
  const before = widths.slice(0, last).reduce((sum, each) => sum + each + GAP.length, 0);
  const room = width - before;
  if (room < Math.min(NARROWEST, widths[last] ?? 0)) return stackedLines(rows, widths, width);
  return rows.flatMap((row) => {
    const wrapped = wrap(row[last] ?? "", room);
    return wrapped.map((text, line) =>
      besides([...row.slice(0, last).map((cell) => (line === 0 ? cell : "")), text], widths),
    );
  });
}

/** The table with what does not fit beside a row's first cells under them, by the names of the columns. */
function stackedLines(
  rows: readonly (readonly string[])[],
  widths: readonly number[],
  width: number,
): string[] {
  const beside = fitting(widths, width);
  const under = widths.map((_, column) => column).filter((column) => !beside.includes(column));
  const last = widths.length - 1;
  const room = width - INDENT.length;
  const [head = []] = rows;
  return rows.flatMap((row, index) => {
    const line = besides(
      beside.map((column) => row[column] ?? ""),
      beside.map((column) => widths[column] ?? 0),
    );
    const first = stringWidth(line) > width ? wrap(line, width) : [line];
    if (index === 0) return first;
    const named = (column: number) => `${head[column]}: ${row[column]}`;
    // What is told at length has lines of its own.
    const paragraphs = [
      under
        .filter((column) => column !== last)
        .map((column) => unbroken(named(column), room))
        .join(GAP),
      named(last),
    ];
    const texts = paragraphs.filter((text) => text !== "");
    const wrapped = texts.flatMap((text) => wrap(text, room));
    return [...first, ...wrapped.map((text) => INDENT + text)];
  });
}

/** The text as one that is not wrapped, where a line has room for it. */
function unbroken(text: string, room: number): string {
  return stringWidth(text) <= room ? text.replaceAll(" ", NO_BREAK) : text;
}

/** The columns that fit beside each other: the first, and those after it for which there is room. */
function fitting(widths: readonly number[], width: number): number[] {
  let used = widths[0] ?? 0;
  const others = widths.slice(1, -1).flatMap((each, index) => {
    if (used + GAP.length + each > width) return [];
    used += GAP.length + each;
    return [index + 1];
  });
  return [0, ...others];
}

function besides(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, column) => padded(cell, widths[column] ?? 0))
    .join(GAP)
    .trimEnd();
}

/** A moment, and a span of time: they are read as one. */
const UNBROKEN = /\d{4}-\d\d-\d\d \d\d:\d\d(?: UTC)?|\d+ (?:d|h|min|s)\b/g;

/** The text in lines of at most so many characters, without a break inside a moment. */
export function wrap(text: string, width: number): string[] {
  if (width === Number.POSITIVE_INFINITY) return [text];
  const held = text.replace(UNBROKEN, (moment) => moment.replaceAll(" ", NO_BREAK));
  return wrapAnsi(held, width, { hard: true }).replaceAll(NO_BREAK, " ").split("\n");
}

/** Remarks below a table, after an empty line; nothing if there are none. */
export function noteLines(notes: readonly string[], width: number): string[] {
  const lines = notes.flatMap((note) => wrap(plain(note), width));
  return lines.length > 0 ? ["", ...lines] : [];
}

function padded(cell: string, width: number): string {
  return cell + " ".repeat(Math.max(0, width - stringWidth(cell)));
}
