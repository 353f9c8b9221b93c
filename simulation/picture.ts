import type { History, Stage } from "./history.ts";
import { HEIGHTS, Lanes, LETTER, RIGHT, TOP, WIDTH } from "./lanes.ts";
import { monthMarks } from "./months.ts";
import { STYLE } from "./palette.ts";
import { finding } from "./summary.ts";
import { bar, cross, escaped, px, text, tick } from "./svg.ts";
import type { Title } from "./title.ts";
import { counted } from "./words.ts";

const MONTH = 30;
const STAGES: readonly Stage[] = ["current", "previous", "inactive", "unused"];

/** The lives of keys as an SVG image, a lane each, with the consumers that use it. */
export function picture(title: Title, history: History): string {
  const lanes = new Lanes(history);
  const drawn = [lanes.runs(), ...history.keys.map((key) => lanes.key(key))].flat();
  const { bottom } = lanes;
  const months = monthMarks(history.from, history.to).flatMap(({ at, name }) => [
    `<line class="line" x1="${px(lanes.x(at))}" y1="${TOP - 6}" x2="${px(lanes.x(at))}" y2="${bottom}"/>`,
    lanes.x(at) + MONTH > RIGHT ? "" : text(lanes.x(at) + 3, TOP - 12, name, "faint"),
  ]);
  const [main, setup] = [finding(history), `${title.setup}. ${saidOf(history)}`];
  const parts = [
    `<title id="title">${escaped(main)}</title>`,
    `<desc id="desc">${escaped(`${title.policy}. ${setup}`)}</desc>`,
    `<style>${STYLE}</style>`,
    `<rect class="ground" width="${WIDTH}" height="${bottom + 40}"/>`,
    text(20, 28, main, "main"),
    text(20, 50, title.policy),
    text(20, 68, setup, "faint"),
    ...months,
    ...drawn,
    ...legend(bottom + 24, history),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${bottom + 40}" width="${WIDTH}" height="${bottom + 40}" role="img" aria-labelledby="title desc">
${parts
  .filter((part) => part !== "")
  .map((part) => `  ${part}`)
  .join("\n")}
</svg>
`;
}

function saidOf({ runs }: History): string {
  const count = (meant: string) => runs.filter(({ outcome }) => outcome === meant).length;
  return `${counted(count("missed"), "run")} missed, ${count("failed")} failed.`;
}

function legend(y: number, { keys }: History): string[] {
  const stages = STAGES.filter((stage) =>
    keys.some(({ stays }) => stays.some((stay) => stay.stage === stage)),
  );
  let left = 20;
  const entry = (mark: (at: number) => string, words: string) => {
    const at = left;
    left += 42 + words.length * LETTER;
    return [mark(at), text(at + 26, y + 4, words)];
  };
  return [
    ...stages.flatMap((stage) =>
      entry(
        (at) => bar(at, at + 20, y, HEIGHTS[stage], stage),
        stage === "unused" ? "not handed out" : stage,
      ),
    ),
    ...entry(
      (at) => bar(at, at + 20, y, HEIGHTS.consumer, "consumer"),
      "consumers that use it, 1 at the top",
    ),
    ...entry((at) => cross(at + 10, y), "use refused"),
    ...entry((at) => tick(at + 10, y, "missed"), "run missed"),
    ...entry((at) => tick(at + 10, y, "failed"), "run failed"),
  ];
}
