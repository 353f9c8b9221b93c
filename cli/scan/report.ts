import type { Use } from "../apiView.ts";
import { noteLines, tableLines, wrap } from "../table.ts";
import { momentText, plain, spanText, useText } from "../words.ts";
import type { JudgedKey } from "./findings.ts";
import { accountText } from "./foundKey.ts";

/** What was found in the accounts. */
export interface Report {
  /** In milliseconds since the epoch. */
  readonly now: number;
  /** How many accounts there are. */
  readonly accounts: number;
  readonly keys: readonly JudgedKey[];
  /** What could not be seen. */
  readonly notes: readonly string[];
  /** How it was looked. */
  readonly remarks: readonly string[];
  /** When AWS made the credential report that was read, in milliseconds since the epoch; absent: none was read. */
  readonly credentialReportAt?: number | undefined;
}

const HEAD = ["KEY", "KIND", "AGE", "LAST USE", "OWNER: FINDINGS"];

/** The report as lines of text of at most that width, if that is possible. */
export function reportLines({ now, accounts, keys, notes, remarks }: Report, width: number): string[] {
  const reported = keys.filter(({ findings }) => findings.length > 0).length;
  const title = `${counted(keys.length, "key")} of ${counted(accounts, "account")} at ${momentText(now)} UTC: ${reported} reported`;
  const rows = keys.map((key) => row(key, now));
  // Each account has a table of its own, and all of them are as wide.
  const columns = HEAD.map((head, column) =>
    Math.max(head.length, ...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  const even = (cells: readonly string[]) =>
    cells.map((cell, column) => (column === HEAD.length - 1 ? cell : cell.padEnd(columns[column] ?? 0)));
  const tables = [...Map.groupBy(keys, ({ account }) => account)].flatMap(([account, these]) => [
    "",
    ...wrap(plain(accountText(account)), width),
    ...tableLines(
      these.map((key) => even(row(key, now))),
      width,
    ),
  ]);
  return [
    ...wrap(title, width),
    ...(keys.length > 0 ? ["", ...tableLines([even(HEAD)], width), ...tables] : []),
    ...noteLines([...notes.map((note) => `note: ${note}`), ...remarks], width),
  ];
}

function row(
  { id, type, account, owner, status, createdAt, use, findings }: JudgedKey,
  now: number,
): string[] {
  const age = createdAt === undefined ? "?" : spanText(now - Date.parse(createdAt));
  // Keys of AWS carry no name.
  const whose = owner ?? (account.cloud === "aws" ? "not known" : "none");
  const words = [...(status === "Inactive" ? ["inactive"] : []), ...findings.map(({ text }) => text)];
  const last = words.length > 0 ? `${whose}: ${words.join(", ")}` : whose;
  return [id, type.replace(/^\w+:/, ""), age, unusedText(use, now), last].map(plain);
}

/** Since when it was not used; by what it was has no room here. */
function unusedText(use: Use, now: number): string {
  return use.known && use.last ? spanText(now - Date.parse(use.last.at)) : useText(use, now);
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
