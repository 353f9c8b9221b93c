import { DAY, HOUR, SECOND } from "./world.ts";

const UNITS = [
  ["d", DAY],
  ["h", HOUR],
  ["m", 60 * SECOND],
  ["s", SECOND],
] as const;

/** "2026-03-04 12:00" in UTC. */
export function momentText(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace("T", " ");
}

/** "3d 4h": the two largest units, from the first that is not zero on. */
export function durationText(milliseconds: number): string {
  const first = UNITS.findIndex(([, unit]) => milliseconds >= unit);
  if (first < 0) return "0s";
  let rest = milliseconds;
  return UNITS.slice(first, first + 2)
    .map(([name, unit]) => {
      const count = Math.floor(rest / unit);
      rest -= count * unit;
      return count > 0 ? `${count}${name}` : "";
    })
    .join(" ")
    .trim();
}

/** "1 key", "2 keys". */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
