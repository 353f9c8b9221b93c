import type { History, KeyLife, Refusal, Stage } from "./history.ts";
import { monthMarks } from "./months.ts";
import { rotationsIn } from "./summary.ts";
import type { Title } from "./title.ts";
import { counted, momentText } from "./words.ts";

const WIDTH = 1000;
const LEFT = 110;
const RIGHT = WIDTH - 20;
const TOP = 96;
const LANE = 20;
const BAR = 14;
/** Room for "1095 uses" beside a bar, and for the name of a month. */
const NOTE = 70;
const MONTH = 30;
/** Less than this, and the number of a key does not fit. */
const NARROWEST_NUMBER = 16;

/** The stages differ in height as well as in colour. */
const HEIGHTS: Readonly<Record<Stage, number>> = { current: BAR, previous: 10, inactive: 6, unused: 8 };
const STAGES = Object.keys(HEIGHTS) as Stage[];

type Paint = Stage | "ground" | "ink" | "faint" | "line" | "even" | "odd" | "refused";
type Palette = Readonly<Record<Paint, string>>;

const LIGHT: Palette = {
  ground: "#ffffff",
  ink: "#1f2328",
  faint: "#59636e",
  line: "#d1d9e0",
  current: "#1a7f37",
  previous: "#bf8700",
  inactive: "#818b98",
  unused: "#8250df",
  even: "#b6d4fe",
  odd: "#ddeafe",
  refused: "#cf222e",
};

const DARK: Palette = {
  ground: "#0d1117",
  ink: "#e6edf3",
  faint: "#9198a1",
  line: "#30363d",
  current: "#3fb950",
  previous: "#d29922",
  inactive: "#767e89",
  unused: "#a371f7",
  even: "#1f4b85",
  odd: "#163356",
  refused: "#ff6a62",
};

const STYLE = `
    text { font: 12px system-ui, -apple-system, "Segoe UI", sans-serif; }
    .main { font-size: 16px; font-weight: 600; }
    .number { text-anchor: middle; }
    .end { text-anchor: end; }
    .missed { stroke-width: 1.5; }
    .failed { stroke-width: 3; }
    .refused { stroke-width: 2; fill: none; }
    ${colours(LIGHT)}
    @media (prefers-color-scheme: dark) { ${colours(DARK)} }
  `;

/** The lives of keys and consumers as an SVG image, a lane each. */
export function picture(title: Title, history: History): string {
  const { from, to, keys, consumers, runs, refusals } = history;
  const x = (at: number) => LEFT + ((at - from) / (to - from)) * (RIGHT - LEFT);
  let bottom = TOP;
  const lane = (label: string, draw: (middle: number) => string[]) => {
    const middle = bottom + LANE / 2;
    bottom += LANE;
    return [text(LEFT - 10, middle + 4, label, "end"), ...draw(middle)];
  };
  const crosses = (middle: number, isMeant: (refusal: Refusal) => boolean) =>
    refusals
      .filter(isMeant)
      .map(({ at, consumer, key }) =>
        cross(x(at), middle, `${momentText(at)}: consumer ${consumer} was refused with key ${key}`),
      );

  const lanes = [
    ...lane("runs", (middle) =>
      runs
        .filter(({ outcome }) => outcome !== "done")
        .map(({ at, outcome }) => tick(x(at), middle, outcome, `${momentText(at)}: ${outcome}`)),
    ),
    ...keys.flatMap((key) =>
      lane(`key ${key.number}`, (middle) => [
        ...key.stays.map(({ stage, from: begin, to: end }) =>
          bar(
            x(begin),
            x(end),
            middle,
            HEIGHTS[stage],
            stage,
            `key ${key.number}, ${span(stage, begin, end)}`,
          ),
        ),
        usesOf(key, x, middle, refusals),
        ...crosses(middle, (refusal) => refusal.key === key.number),
      ]),
    ),
    ...consumers.flatMap(({ number, holds }) =>
      lane(`consumer ${number}`, (middle) => [
        ...holds.flatMap(({ key, from: begin, to: end }, index) => [
          bar(x(begin), x(end), middle, BAR, index % 2 ? "even" : "odd", span(`key ${key}`, begin, end)),
          x(end) - x(begin) < NARROWEST_NUMBER
            ? ""
            : text((x(begin) + x(end)) / 2, middle + 4, String(key), "number"),
        ]),
        ...crosses(middle, (refusal) => refusal.consumer === number),
      ]),
    ),
  ];
  const months = monthMarks(from, to).flatMap(({ at, name }) => [
    `<line class="line" x1="${px(x(at))}" y1="${TOP - 6}" x2="${px(x(at))}" y2="${bottom}"/>`,
    x(at) + MONTH > RIGHT ? "" : text(x(at) + 3, TOP - 12, name, "faint"),
  ]);
  const said = saidOf(history);
  const parts = [
    `<title id="title">${escaped(title.main)}</title>`,
    `<desc id="desc">${escaped(`${title.more}. ${said}`)}</desc>`,
    `<style>${STYLE}</style>`,
    `<rect class="ground" width="${WIDTH}" height="${bottom + 40}"/>`,
    text(20, 28, title.main, "main"),
    text(20, 48, `${title.more}. ${said}`, "faint"),
    ...months,
    ...lanes,
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

function saidOf(history: History): string {
  const { runs, refusals } = history;
  const failed = runs.filter(({ outcome }) => outcome === "failed").length;
  const missed = runs.filter(({ outcome }) => outcome === "missed").length;
  return `${counted(rotationsIn(history), "rotation")}, ${counted(missed, "run")} missed, ${failed} failed, ${counted(refusals.length, "use")} refused.`;
}

/** How often a key was used, beside all that there is of it. */
function usesOf(
  { number, stays, uses }: KeyLife,
  x: (at: number) => number,
  middle: number,
  refusals: readonly Refusal[],
): string {
  const words = counted(uses, "use");
  const crosses = refusals.filter(({ key }) => key === number).map(({ at }) => at);
  const begin = Math.min(...stays.map(({ from }) => from));
  const end = Math.max(...stays.map(({ to }) => to), ...crosses);
  return x(end) + NOTE > RIGHT
    ? text(x(begin) - 6, middle + 4, words, "faint end")
    : text(x(end) + 8, middle + 4, words, "faint");
}

function legend(y: number, { keys }: History): string[] {
  const stages = STAGES.filter((stage) =>
    keys.some(({ stays }) => stays.some((stay) => stay.stage === stage)),
  );
  let left = 20;
  const entry = (mark: (at: number) => string, words: string) => {
    const at = left;
    left += 46 + words.length * 6.5;
    return [mark(at), text(at + 26, y + 4, words)];
  };
  return [
    ...stages.flatMap((stage) =>
      entry((at) => bar(at, at + 20, y, HEIGHTS[stage], stage), stage === "unused" ? "never used" : stage),
    ),
    ...entry((at) => cross(at + 10, y), "use refused"),
    ...entry((at) => tick(at + 10, y, "missed"), "run missed"),
    ...entry((at) => tick(at + 10, y, "failed"), "run failed"),
    ...entry((at) => bar(at, at + 20, y, BAR, "even"), "key that a consumer holds"),
  ];
}

function span(what: string, from: number, to: number): string {
  return `${what} from ${momentText(from)} to ${momentText(to)}`;
}

function bar(from: number, to: number, middle: number, height: number, kind: string, tip?: string): string {
  // A stage of a few hours must be seen, too.
  const width = Math.max(1.5, to - from);
  const box = `x="${px(from)}" y="${px(middle - height / 2)}" width="${px(width)}" height="${height}"`;
  return tipped(`rect class="${kind}" ${box}`, "rect", tip);
}

function tick(at: number, middle: number, kind: string, tip?: string): string {
  return tipped(
    `line class="${kind}" x1="${px(at)}" y1="${middle - 5}" x2="${px(at)}" y2="${middle + 5}"`,
    "line",
    tip,
  );
}

function cross(at: number, middle: number, tip?: string): string {
  const arms = `M${px(at - 4)} ${middle - 4}l8 8m0 -8l-8 8`;
  return tipped(`path class="refused" d="${arms}"`, "path", tip);
}

/** An element, with what a reader sees who points at it. */
function tipped(opening: string, name: string, tip: string | undefined): string {
  return tip === undefined ? `<${opening}/>` : `<${opening}><title>${escaped(tip)}</title></${name}>`;
}

function text(x: number, y: number, words: string, kind?: string): string {
  return `<text${kind ? ` class="${kind}"` : ""} x="${px(x)}" y="${px(y)}">${escaped(words)}</text>`;
}

function px(length: number): string {
  return String(Number(length.toFixed(1)));
}

function escaped(words: string): string {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function colours(palette: Palette): string {
  const { ink, faint, line, inactive, refused, ...fills } = palette;
  return [
    ...Object.entries({ ...fills, inactive, faint }).map(([name, colour]) => `.${name} { fill: ${colour}; }`),
    `text { fill: ${ink}; }`,
    `.line { stroke: ${line}; }`,
    `.missed { stroke: ${inactive}; }`,
    `.failed, .refused { stroke: ${refused}; }`,
  ].join(" ");
}
