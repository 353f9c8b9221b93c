import stringWidth from "string-width";
import wrapAnsi from "wrap-ansi";

const GAP = "  ";
/** A last column that is narrower than this is not worth wrapping for. */
const NARROWEST = 20;

/**
 * Rows of cells as lines of text, each column as wide as it needs to be.
 *
 * @param width how many characters a line may have: the last column is wrapped into what is left. Infinity: as long
 * as it is
 */
export function tableLines(rows: readonly (readonly string[])[], width: number): string[] {
  const last = (rows[0]?.length ?? 0) - 1;
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => stringWidth(row[column] ?? ""))),
  );
  const before = widths.slice(0, last).reduce((sum, each) => sum + each + GAP.length, 0);
  const room = Math.max(NARROWEST, width - before);
  return rows.flatMap((row) => {
    const wrapped = wrap(row[last] ?? "", room);
    return wrapped.map((text, line) => {
      const cells = [...row.slice(0, last).map((cell) => (line === 0 ? cell : "")), text];
      return cells
        .map((cell, column) => padded(cell, widths[column] ?? 0))
        .join(GAP)
        .trimEnd();
    });
  });
}

/** The text in lines of at most so many characters. */
export function wrap(text: string, width: number): string[] {
  return width === Number.POSITIVE_INFINITY ? [text] : wrapAnsi(text, width, { hard: true }).split("\n");
}

function padded(cell: string, width: number): string {
  return cell + " ".repeat(Math.max(0, width - stringWidth(cell)));
}
