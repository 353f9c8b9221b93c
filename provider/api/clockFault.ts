export const MINUTE_MS = 60_000;
const LARGEST_UNITS = [
  ["day", 48 * 60, 24 * 60],
  ["hour", 2 * 60, 60],
  ["minute", 0, 1],
] as const;

/**
 * How far this machine's clock is off, by the Date header of an answer; undefined if it is right, or the answer has no
 * Date.
 */
export function clockFault(now: number, date: string | undefined): string | undefined {
  const aheadMs = now - Date.parse(date ?? "");
  // Not true of NaN either.
  if (!(Math.abs(aheadMs) >= MINUTE_MS)) return undefined;
  return `This ${clockWords(aheadMs)}, and a signature is valid only for a short time: set the clock.`;
}

/** "machine's clock is 3 hours ahead of the server's" */
export function clockWords(aheadMs: number): string {
  const minutes = Math.abs(aheadMs) / MINUTE_MS;
  const [unit, , size] = LARGEST_UNITS.find(([, from]) => minutes >= from) ?? LARGEST_UNITS[2];
  const count = Math.round(minutes / size);
  return `machine's clock is ${count} ${unit}${count === 1 ? "" : "s"} ${aheadMs > 0 ? "ahead of" : "behind"} the server's`;
}
