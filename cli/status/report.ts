import { redact } from "../../provider/redact.ts";
import type { KeyState, KeyStatus } from "./keyStatus.ts";
import { tableLines, wrap } from "./table.ts";
import { momentText, spanText } from "./words.ts";

/** What was found out of a stack. */
export interface Report {
  /** "project/stack", where the state says so. */
  readonly stack: string | undefined;
  /** In milliseconds since the epoch. */
  readonly now: number;
  readonly keys: readonly KeyStatus[];
  /** What could not be read of the stack as a whole. */
  readonly notes: readonly string[];
}

const HEAD = ["NAME", "TYPE", "KEY", "AGE", "DUE (UTC)", "STATE", "LAST USE", "NEXT RUN"];

const STATES: Readonly<Record<KeyState, string>> = {
  only: "only",
  current: "current",
  previous: "previous",
  inactive: "inactive",
  abandoned: "abandoned",
  pendingDeletion: "pending deletion",
  pendingCreation: "pending creation",
  pendingUpdate: "pending update",
  pendingRead: "pending read",
};

/** The report as lines of text of at most that width, where that is possible. */
export function reportLines({ stack, now, keys, notes: ofStack }: Report, width: number): string[] {
  const overdue = keys.filter(({ isOverdue }) => isOverdue).length;
  const notes = [...new Set([...ofStack, ...keys.flatMap((key) => key.notes)])];
  const marks = (key: KeyStatus) => key.notes.map((note) => ` [${notes.indexOf(note) + 1}]`).join("");
  const rows = keys.map((key) => [
    key.resource,
    key.type,
    key.keyId ?? "?",
    key.createdAt === undefined ? "?" : spanText(now - key.createdAt),
    dueText(key, now),
    STATES[key.state],
    `${useText(key, now)}${marks(key)}`,
    nextText(key),
  ]);
  const title = `${stack ?? "The stack"} at ${momentText(now)} UTC: ${counted(keys.length)}, ${overdue} overdue`;
  return [
    title,
    ...(rows.length > 0
      ? [
          "",
          ...tableLines(
            [HEAD, ...rows].map((row) => row.map(plain)),
            width,
          ),
        ]
      : []),
    ...(notes.length > 0 ? [""] : []),
    ...notes.flatMap((note, index) => wrap(plain(`[${index + 1}] ${note}`), width)),
  ];
}

function dueText({ dueAt, expiresAt, isOverdue, next }: KeyStatus, now: number): string {
  if (dueAt !== undefined && (expiresAt === undefined || dueAt <= expiresAt))
    return `${momentText(dueAt)} ${relative(dueAt, now)}`;
  if (expiresAt !== undefined) return `${momentText(expiresAt)} ${relative(expiresAt, now)}`;
  return isOverdue && next.reason === "ordered" ? "now" : "-";
}

function relative(at: number, now: number): string {
  return at > now ? `(in ${spanText(at - now)})` : `(overdue by ${spanText(now - at)})`;
}

function useText({ use }: KeyStatus, now: number): string {
  if (!use.known) return use.why === undefined ? "-" : "?";
  if (use.isGone) return "-";
  if (!use.last) return "never";
  const { at, by } = use.last;
  return `${spanText(now - Date.parse(at))} ago${by === undefined ? "" : ` by ${by}`}`;
}

function nextText({ next, expiresAt, dueAt }: KeyStatus): string {
  // Where this is what the key is due for, the column says so already.
  return expiresAt === undefined || dueAt === expiresAt
    ? next.text
    : `${next.text}; expires at ${momentText(expiresAt)}`;
}

function counted(count: number): string {
  return `${count} ${count === 1 ? "key" : "keys"}`;
}

/** Names and what servers say come from elsewhere: nothing in them is to steer a terminal, or to be a secret. */
function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return redact(text).replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, " ");
}
