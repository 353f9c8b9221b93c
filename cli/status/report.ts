import { tableLines, wrap } from "../table.ts";
import { momentText, plain, spanText, useText } from "../words.ts";
import type { KeyState, KeyStatus } from "./keyStatus.ts";

/** What was found out of a stack. */
export interface Report {
  /** "project/stack", where the state says so. */
  readonly stack: string | undefined;
  /** In milliseconds since the epoch. */
  readonly now: number;
  readonly keys: readonly KeyStatus[];
  /** Whether all was read, decrypted and answered that was asked for. */
  readonly isComplete: boolean;
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
  leftover: "leftover",
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
    `${useText(key.use, now)}${marks(key)}`,
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

function nextText({ next, expiresAt, dueAt }: KeyStatus): string {
  // Where this is what the key is due for, the column says so already.
  return expiresAt === undefined || dueAt === expiresAt
    ? next.text
    : `${next.text}; expires at ${momentText(expiresAt)}`;
}

function counted(count: number): string {
  return `${count} ${count === 1 ? "key" : "keys"}`;
}
