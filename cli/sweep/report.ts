import { markText } from "../../provider/lifecycle/mark.ts";
import { ageSeconds, isoMoment, isoUse, jsonText } from "../json.ts";
import { noteLines, tableLines } from "../table.ts";
import { momentText, plain, spanText, useText } from "../words.ts";
import type { Candidate } from "./look.ts";
import type { Outcome } from "./outcome.ts";

/** What was found of a stack. */
export interface Report {
  /** "project/stack", where the state says so. */
  readonly stack: string | undefined;
  /** In milliseconds since the epoch. */
  readonly now: number;
  /** What could not be read or looked at. */
  readonly notes: readonly string[];
}

const HEAD = ["KEY", "RESOURCE", "ACCOUNT", "MARK", "STATUS", "AGE", "LAST USE", "VERDICT"];

/** What was found, as lines of text of at most that width, if that is possible. */
export function foundLines(
  { stack, now, notes }: Report,
  candidates: readonly Candidate[],
  width: number,
): string[] {
  const rows = candidates.map((candidate) => row(candidate, now).map(plain));
  const title = `${stack ?? "The stack"} at ${momentText(now)} UTC: ${counted(candidates.filter(({ stray }) => stray).length)} in no state`;
  return [
    plain(title),
    ...(rows.length > 0 ? ["", ...tableLines([HEAD, ...rows], width)] : []),
    ...noteLines(
      notes.map((note) => `note: ${note}`),
      width,
    ),
  ];
}

function row({ id, resource, stray, verdict }: Candidate, now: number): string[] {
  const name = `${resource.name} (${resource.type})`;
  if (!stray) return [id, name, "-", "-", "-", "-", "-", verdict.text];
  const { account = "the caller's own", mark, status = "-", createdAt, use } = stray;
  const age = createdAt === undefined ? "?" : spanText(now - Date.parse(createdAt));
  return [id, name, account, mark ? markText(mark) : "-", status, age, useText(use, now), verdict.text];
}

/** What became of each key, a line each. */
export function outcomeLines(outcomes: readonly Outcome[]): string[] {
  return outcomes.map(({ candidate: { id, resource }, did, reason }) =>
    plain(`${id} of ${resource.name}: ${WORDS[did]}${reason === undefined ? "" : `: ${reason}`}`),
  );
}

const WORDS: Readonly<Record<Outcome["did"], string>> = {
  deleted: "deleted",
  gone: "not deleted: it is gone, or has another name now",
  listed: "not deleted",
  refused: "not deleted",
  failed: "not deleted",
};

/** All of it as a JSON document; docs/sweep.md describes it, and names in it do not change. */
export function documentText({ stack, now, notes }: Report, outcomes: readonly Outcome[]): string {
  return jsonText({
    version: 1,
    stack: stack ?? null,
    at: isoMoment(now),
    keys: outcomes.map((outcome) => keyDocument(outcome, now)),
    notes,
  });
}

function keyDocument({ candidate, did, reason }: Outcome, now: number) {
  const { id, resource, stray, verdict } = candidate;
  const createdAt = stray?.createdAt === undefined ? undefined : Date.parse(stray.createdAt);
  return {
    id,
    resource: resource.name,
    urn: resource.urn,
    type: resource.type,
    account: stray?.account ?? null,
    mark: stray?.mark ? markText(stray.mark) : null,
    status: stray?.status ?? null,
    createdAt: isoMoment(createdAt),
    ageSeconds: ageSeconds(createdAt, now),
    lastUse: stray ? isoUse(stray.use) : null,
    verdict: verdict.code,
    text: verdict.text,
    outcome: did,
    reason: reason ?? null,
  };
}

function counted(count: number): string {
  return `${count} ${count === 1 ? "key" : "keys"}`;
}
