import { redact } from "../provider/redact.ts";
import type { Use } from "./apiView.ts";

const UNITS = [
  ["d", 24 * 60 * 60 * 1000],
  ["h", 60 * 60 * 1000],
  ["min", 60 * 1000],
  ["s", 1000],
] as const;

/** "12 d", "3 h": in the largest unit that fits at least once. */
export function spanText(milliseconds: number): string {
  const [name, unit] = UNITS.find(([, unit]) => milliseconds >= unit) ?? UNITS[UNITS.length - 1] ?? ["ms", 1];
  return `${Math.floor(Math.max(0, milliseconds) / unit)} ${name}`;
}

/** "2026-03-04 12:00", in UTC. */
export function momentText(at: number): string {
  return Number.isFinite(at) ? new Date(at).toISOString().slice(0, 16).replace("T", " ") : "?";
}

/** "3 d ago by s3 in us-east-1"; "never"; "-" if there is no such thing, "?" if it is not known. */
export function useText(use: Use, now: number): string {
  if (!use.known) return use.why === undefined ? "-" : "?";
  if (use.isGone) return "-";
  if (!use.last) return "never";
  const { at, by } = use.last;
  return `${spanText(now - Date.parse(at))} ago${by === undefined ? "" : ` by ${by}`}`;
}

/** Names and what servers say come from elsewhere: nothing in them is to steer a terminal, or to be a secret. */
export function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return redact(text).replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, " ");
}
