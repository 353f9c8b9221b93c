import { durationText } from "../../provider/rotation/duration.ts";
import { noteLines, tableLines, wrap } from "../table.ts";
import type { Paint } from "../terminal.ts";
import { momentText, plain, spanText, useText } from "../words.ts";
import type { KeyState, KeyStatus } from "./keyStatus.ts";
import { urgencyOf } from "./urgency.ts";

/** What was found out of a stack. */
export interface Report {
  /** "project/stack", where the state says so; else its name on the command line. */
  readonly stack: string | undefined;
  /** In milliseconds since the epoch. */
  readonly now: number;
  /** What is due or expires within this time is shown as due soon; in milliseconds. */
  readonly within?: number | undefined;
  readonly keys: readonly KeyStatus[];
  /** Whether all was read, decrypted and answered that was asked for. */
  readonly isComplete: boolean;
  /** What could not be read of the stack as a whole. */
  readonly notes: readonly string[];
}

const HEAD = ["NAME", "TYPE", "KEY", "AGE", "DUE (UTC)", "STATE", "LAST USE", "NEXT RUN"];

/** The column that is colored. */
const DUE = HEAD.indexOf("DUE (UTC)");
const COLOURS = { overdue: "red", soon: "yellow", none: undefined } as const;

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

/** The report as lines of text of at most that width, if that is possible. */
export function reportLines(report: Report, width: number, paint: Paint = (_, text) => text): string[] {
  const { stack, now, keys, notes: ofStack } = report;
  const notes = [...new Set([...ofStack, ...keys.flatMap((key) => key.notes)])];
  const marks = (key: KeyStatus) => key.notes.map((note) => ` [${notes.indexOf(note) + 1}]`).join("");
  const rows = keys.map((key) => {
    const colour = COLOURS[urgencyOf(key, now, report.within)];
    const cells = [
      key.resource,
      key.type,
      key.keyId ?? "?",
      key.createdAt === undefined ? "?" : spanText(now - key.createdAt),
      dueText(key, report),
      STATES[key.state],
      `${useText(key.use, now)}${marks(key)}`,
      nextText(key),
    ];
    return cells.map(plain).map((cell, column) => (colour && column === DUE ? paint(colour, cell) : cell));
  });
  const title = `${stack ?? "The stack"} at ${momentText(now)} UTC: ${[counted(keys.length), ...urgentTexts(report)].join(", ")}`;
  return [
    ...wrap(title, width),
    ...(rows.length > 0 ? ["", ...tableLines([HEAD, ...rows], width)] : []),
    ...noteLines(
      notes.map((note, index) => `[${index + 1}] ${note}`),
      width,
    ),
  ];
}

/** How many keys are overdue, and due soon where that was asked for. */
function urgentTexts({ now, within, keys }: Report): string[] {
  const urgencies = keys.map((key) => urgencyOf(key, now, within));
  const count = (urgency: string) => urgencies.filter((each) => each === urgency).length;
  const soon = within === undefined ? [] : [`${count("soon")} due within ${durationText(within)}`];
  return [`${count("overdue")} overdue`, ...soon];
}

function dueText(key: KeyStatus, { now, within }: Report): string {
  const { dueAt, expiresAt, isOverdue, next } = key;
  const at = dueAt !== undefined && (expiresAt === undefined || dueAt <= expiresAt) ? dueAt : expiresAt;
  if (at === undefined) return isOverdue && next.reason === "ordered" ? "now" : "-";
  const soon = urgencyOf(key, now, within) === "soon" ? "soon, " : "";
  const span = at > now ? `${soon}in ${spanText(at - now)}` : `overdue by ${spanText(now - at)}`;
  return `${momentText(at)} (${span})`;
}

function nextText({ next, expiresAt, dueAt }: KeyStatus): string {
  // If the key is due for this, the column says so already.
  return expiresAt === undefined || dueAt === expiresAt
    ? next.text
    : `${next.text}; expires at ${momentText(expiresAt)}`;
}

function counted(count: number): string {
  return `${count} ${count === 1 ? "key" : "keys"}`;
}
