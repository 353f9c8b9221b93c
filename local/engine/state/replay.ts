import type { DeploymentJson, PendingOperationJson } from "../../../stack/files/deploymentJson.ts";
import { EngineFailure } from "../failure.ts";
import { withContents } from "./deploymentFile.ts";
import type { JournalEnd, JournalEntry, JournalHead } from "./journal.ts";
import { type MaybeRenamed, withPresentUrns } from "./renamedUrns.ts";

/** A journal as it was read. */
export interface ReadJournal {
  readonly head: JournalHead;
  readonly entries: readonly JournalEntry[];
  /** The digest of the state file that it was put into, if that was begun. */
  readonly whole: string | undefined;
}

/** Takes the text of a journal apart; undefined where not even its first line was finished. */
export function parseJournal(text: string, path: string): ReadJournal | undefined {
  // What follows the last line end was cut off while it was written, and nobody has acted on it.
  const lines = text.split("\n").slice(0, -1);
  const [head, ...entries] = lines.map((line, index) => {
    try {
      return JSON.parse(line) as unknown;
    } catch {
      throw new EngineFailure(
        `line ${index + 1} of ${path}, the journal of an interrupted run, is damaged. Mend that line; or move the file ` +
          "away, if what that run did can be looked up elsewhere",
      );
    }
  });
  if (head === undefined) return undefined;
  const last = entries.at(-1) as Partial<JournalEnd> | undefined;
  return {
    head: head as JournalHead,
    entries: (last?.whole === undefined ? entries : entries.slice(0, -1)) as JournalEntry[],
    whole: last?.whole,
  };
}

/** The deployment that a run had come to, from the one that it began with and its journal. */
export function replay(base: DeploymentJson, { head, entries }: ReadJournal): DeploymentJson {
  const { resources: found = [], pending_operations: foundPending = [] } = base;
  const slots: (MaybeRenamed | undefined)[] = found.map((resource) => ({ resource, formerUrns: [] }));
  const pending = new Map<number, PendingOperationJson>();
  for (const { begin, end, remove, change, add, keep } of entries) {
    if (begin !== undefined) pending.set(begin.work, { resource: begin.resource, type: begin.type });
    if (end !== undefined) pending.delete(end);
    if (keep !== undefined) slots.push(slots[keep]);
    for (const number of [remove, keep]) if (number !== undefined) slots[number] = undefined;
    if (change !== undefined)
      slots[change.number] = { formerUrns: [], ...slots[change.number], resource: change.resource };
    if (add !== undefined) slots.push({ formerUrns: [], ...add });
  }
  // As at the end of every run: what it has come to, then what it has not.
  const kept = [...slots.slice(found.length), ...slots.slice(0, found.length)].filter(
    (slot) => slot !== undefined,
  );
  return withContents(head.frame, withPresentUrns(kept), [
    ...pending.values(),
    ...foundPending.filter(({ type }) => type === "creating"),
  ]);
}
