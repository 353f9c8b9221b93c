import type { History, KeyLife, RunRecord, Stage } from "./history.ts";
import { monthMarks } from "./months.ts";

const LABEL = 14;
const MOST_LINES = 40;
/** The months, the runs, how many keys are left out, and the legend. */
const OTHER_LINES = 6;

const MARKS: Readonly<Record<Stage, string>> = { current: "█", previous: "▒", inactive: "░", unused: "·" };
const RUNS: Readonly<Record<RunRecord["outcome"], string>> = { done: " ", missed: "o", failed: "!" };
const REFUSED = "✗";

/** The lives of keys and consumers, from left to right, for a terminal of that width. */
export function timelineLines(history: History, width: number): string[] {
  const columns = width - LABEL;
  const { keys, consumers, refusals } = history;
  const edge = (at: number) => Math.floor(((at - history.from) / (history.to - history.from)) * columns);
  const column = (at: number) => Math.min(columns - 1, edge(at));
  const line = (label: string, draw: (cells: string[]) => void) => {
    const cells = Array.from({ length: columns }, () => " ");
    draw(cells);
    return `${label.padEnd(LABEL)}${cells.join("")}`.trimEnd();
  };
  const bar = (cells: string[], from: number, to: number, mark: string) =>
    cells.fill(mark, column(from), Math.max(edge(to), column(from) + 1));
  const cross = (cells: string[], isMeant: (refusal: History["refusals"][number]) => boolean) => {
    for (const { at } of refusals.filter(isMeant)) cells[column(at)] = REFUSED;
  };

  const shown = keysToShow(history, MOST_LINES - consumers.length - OTHER_LINES);
  return [
    line("", (cells) => writeMonths(cells, history, column)),
    line("runs", (cells) => {
      for (const { at, outcome } of byWeight(history.runs)) cells[column(at)] = RUNS[outcome];
    }),
    ...shown.map((key) =>
      line(`key ${key.number}`.padEnd(8) + `${key.uses}×`.padStart(LABEL - 9), (cells) => {
        for (const { stage, from, to } of key.stays) bar(cells, from, to, MARKS[stage]);
        cross(cells, (refusal) => refusal.key === key.number);
      }),
    ),
    ...(shown.length < keys.length ? [`${keys.length - shown.length} more keys are left out`] : []),
    ...consumers.map(({ number, holds }) =>
      line(`consumer ${number}`, (cells) => {
        for (const { key, from, to } of holds) bar(cells, from, to, String(key % 10));
        cross(cells, (refusal) => refusal.consumer === number);
      }),
    ),
    `█ current  ▒ previous  ░ inactive  · not handed out  ${REFUSED} refused`,
    "runs: o missed  ! failed",
    "5×: used 5 times. A consumer's line has the last digit of the key that it holds.",
  ];
}

/** Where there are too many, those with which a consumer was refused, and the last ones. */
function keysToShow({ keys, refusals }: History, most: number): readonly KeyLife[] {
  if (keys.length <= most) return keys;
  const refused = new Set(refusals.map(({ key }) => key));
  const byNeed = [...keys].sort(
    (a, b) => Number(refused.has(b.number)) - Number(refused.has(a.number)) || b.number - a.number,
  );
  return byNeed.slice(0, most).sort((a, b) => a.number - b.number);
}

/** What is rare comes last, so that it stays where several runs share a column. */
function byWeight(runs: readonly RunRecord[]): RunRecord[] {
  const order = Object.keys(RUNS);
  return [...runs].sort((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome));
}

function writeMonths(cells: string[], { from, to }: History, column: (at: number) => number): void {
  let free = 0;
  for (const { at, name } of monthMarks(from, to)) {
    const start = column(at);
    if (start < free || start + name.length > cells.length) continue;
    cells.splice(start, name.length, ...name);
    free = start + name.length + 1;
  }
}
