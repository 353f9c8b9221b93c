import type { History, RunRecord } from "./history.ts";
import { counted, durationText } from "./words.ts";

/** What came of it, in a line. */
export function finding(history: History): string {
  const { refusals, broken } = history;
  return [
    counted(rotationsIn(history), "rotation"),
    refusals.length > 0 ? `${counted(refusals.length, "use")} refused` : "nobody refused",
    ...(broken.length > 0 ? [`${counted(broken.length, "rule")} broken`] : []),
  ].join(", ");
}

/** The figures of a history, a line each. */
export function summaryLines(history: History): string[] {
  const { runs, keys, refusals, orphans, oldest, oldestAllowed } = history;
  const count = (isMeant: (run: RunRecord) => boolean) => runs.filter(isMeant).length;
  const failed = count(({ outcome }) => outcome === "failed");
  const missed = count(({ outcome }) => outcome === "missed");
  const faulty = count((run) => run.faulty);
  const gone = keys.filter(({ goneAt }) => goneAt !== undefined).length;
  const uses = keys.reduce((sum, key) => sum + key.uses, 0) + refusals.length;
  const rows: readonly (readonly [name: string, figure: number | string, more: string])[] = [
    ["runs", runs.length, `${missed} missed, ${failed} failed`],
    ["", faulty, "with a failing API; a run with nothing to do sends no request"],
    [
      "rotations",
      rotationsIn(history),
      `${counted(keys.length, "key")} made, ${gone} retired${orphans ? `, ${orphans} deleted by hand because the answer to their create was lost` : ""}`,
    ],
    ["requests", runs.reduce((sum, run) => sum + run.requests, 0), "by the runs"],
    ["uses", uses, `by ${counted(history.consumers.length, "consumer")}`],
    ["refusals", refusals.length, refusals.length === 0 ? "no consumer was refused" : "✗ in the timeline"],
    [
      "oldest key",
      durationText(oldest.working),
      `while it worked; this policy and these runs allow ${durationText(oldestAllowed.working)}`,
    ],
    [
      "",
      durationText(oldest.existing),
      `until it was deleted; they allow ${durationText(oldestAllowed.existing)}`,
    ],
  ];
  return rows.map(([name, figure, more]) => `${name.padEnd(12)}${String(figure).padStart(8)}   ${more}`);
}

/** How often a key took the place of another. */
function rotationsIn({ keys }: History): number {
  const current = keys.filter(({ stays }) => stays.some(({ stage }) => stage === "current"));
  return Math.max(0, current.length - 1);
}
