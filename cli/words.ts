const UNITS = [
  ["d", 24 * 60 * 60 * 1000],
  ["h", 60 * 60 * 1000],
  ["min", 60 * 1000],
  ["s", 1000],
] as const;

/** "12 d", "3 h": in the largest unit of which there is a whole one. */
export function spanText(milliseconds: number): string {
  const [name, unit] = UNITS.find(([, unit]) => milliseconds >= unit) ?? UNITS[UNITS.length - 1] ?? ["ms", 1];
  return `${Math.floor(Math.max(0, milliseconds) / unit)} ${name}`;
}

/** "2026-03-04 12:00", in UTC. */
export function momentText(at: number): string {
  return Number.isFinite(at) ? new Date(at).toISOString().slice(0, 16).replace("T", " ") : "?";
}
