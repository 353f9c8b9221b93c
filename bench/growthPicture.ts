import { median } from "simple-statistics";
import type { Row } from "./row.ts";

const WIDTH = 640;
const HEIGHT = 320;
const PLOT = { left: 70, right: 610, top: 50, bottom: 260 };

const STYLE = `
    text { fill: #1f2328; }
    .ground { fill: #ffffff; } .axis { stroke: #818b98; fill: none; }
    .keys { color: #b3261e; } .floor { color: #33691e; }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3; }
      .ground { fill: #0d1117; } .axis { stroke: #767e89; }
      .keys { color: #ff8a80; } .floor { color: #aed581; }
    }
  `;

interface Point {
  readonly count: number;
  /** Milliseconds a resource. */
  readonly each: number;
}

/** Time a resource against how many there are, where nothing is to be done: keys, and the floor under them. */
export function growthPicture(rows: readonly Row[]): string {
  const grown = rows.flatMap(({ values }) =>
    values?.count !== undefined && values.floor !== undefined
      ? [{ count: values.count, keys: values.measured, floor: values.floor }]
      : [],
  );
  const points = (of: "keys" | "floor"): Point[] =>
    grown.map((each) => ({ count: each.count, each: (median([...each[of]]) * 1000) / each.count }));
  const [keys, floor] = [points("keys"), points("floor")];
  const highest = Math.max(1, ...[...keys, ...floor].map(({ each }) => each)) * 1.1;
  const counts = grown.map(({ count }) => Math.log(count));
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const x = (count: number) =>
    Math.round(
      PLOT.left + 30 + ((Math.log(count) - least) / (most - least || 1)) * (PLOT.right - PLOT.left - 60),
    );
  const y = (each: number) => Math.round(PLOT.bottom - (each / highest) * (PLOT.bottom - PLOT.top));
  const line = (series: readonly Point[], kind: string, name: string, place: number) => `
  <g class="${kind}">
  <polyline fill="none" stroke="currentColor" stroke-width="2" points="${series.map((point) => `${x(point.count)},${y(point.each)}`).join(" ")}"/>
  ${series.map((point) => `<circle cx="${x(point.count)}" cy="${y(point.each)}" r="4" fill="currentColor"/>`).join("")}
  <text x="${PLOT.left + 300}" y="${PLOT.top + place * 20}" style="fill: currentColor">${name}: ${series.map(({ each }) => each.toFixed(1)).join(", ")} ms</text>
  </g>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="13">
  <title>Time a resource, where nothing is to be done</title>
  <style>${STYLE}</style>
  <rect class="ground" width="${WIDTH}" height="${HEIGHT}"/>
  <text x="${PLOT.left}" y="28" font-size="15">up with nothing to do on the Pulumi CLI: milliseconds a resource</text>
  <path d="M${PLOT.left} ${PLOT.top}V${PLOT.bottom}H${PLOT.right}" class="axis"/>
  <text x="${PLOT.left - 8}" y="${PLOT.bottom}" text-anchor="end">0</text>
  <text x="${PLOT.left - 8}" y="${PLOT.top + 5}" text-anchor="end">${highest.toFixed(0)}</text>
  ${grown.map(({ count }) => `<text x="${x(count)}" y="${PLOT.bottom + 20}" text-anchor="middle">${count}</text>`).join("")}
  <text x="${(PLOT.left + PLOT.right) / 2}" y="${PLOT.bottom + 42}" text-anchor="middle">resources in the stack</text>${line(keys, "keys", "keys", 1)}${line(floor, "floor", "empty resources", 2)}
</svg>
`;
}
