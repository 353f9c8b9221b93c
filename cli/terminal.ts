import type { WriteStream } from "node:tty";
import { styleText } from "node:util";

const NARROWEST = 60;
const USUAL = 80;
const WIDEST = 120;

/** How many characters a line for readers has in a terminal of so many columns, or in one that does not say. */
export function readableWidth(columns: number | undefined): number {
  return Math.min(WIDEST, Math.max(NARROWEST, columns ?? USUAL));
}

/** The same for standard output; if it is no terminal, lines are as long as they are. */
export function outputWidth(): number {
  return process.stdout.isTTY ? readableWidth(process.stdout.columns) : Number.POSITIVE_INFINITY;
}

/** The text in a color, or as it is. */
export type Paint = (colour: "red" | "yellow", text: string) => string;

/** Paints for a stream: if it is a terminal, and NO_COLOR and the like do not say otherwise. */
export function paintFor(stream: NodeJS.WritableStream): Paint {
  return (colour, text) => styleText(colour, text, { stream });
}

const PATIENCE_MS = 2000;
const SECOND_MS = 1000;

/**
 * Does the work. If it takes longer, a line of the terminal says what is done, until it is done.
 *
 * @param what asked again for each line, if it is a function
 */
export async function withProgress<Result>(
  what: string | (() => string),
  work: () => Promise<Result>,
  stream: Pick<WriteStream, "isTTY" | "columns" | "write"> = process.stderr,
): Promise<Result> {
  if (!stream.isTTY) return work();
  let seconds = 0;
  const timer = setInterval(() => {
    seconds += 1;
    if (seconds * SECOND_MS < PATIENCE_MS) return;
    const end = ` … ${seconds} s`;
    const text = typeof what === "string" ? what : what();
    // What is wrapped would not be removed.
    stream.write(`${CLEARED}${text.slice(0, Math.max(0, (stream.columns || USUAL) - 1 - end.length))}${end}`);
  }, SECOND_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    if (seconds * SECOND_MS >= PATIENCE_MS) stream.write(CLEARED);
  }
}

/** To the start of the line, and nothing on it. */
const CLEARED = "\r\u001b[2K";
