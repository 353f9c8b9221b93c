import type { Stage } from "./history.ts";

type Paint = Stage | "ground" | "ink" | "faint" | "line" | "consumer" | "refused";
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
  consumer: "#0969da",
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
  consumer: "#58a6ff",
  refused: "#ff6a62",
};

/** How a picture looks, by light and in the dark. */
export const STYLE = `
    text { font: 12px system-ui, -apple-system, "Segoe UI", sans-serif; }
    .main { font-size: 16px; font-weight: 600; }
    .end { text-anchor: end; }
    .missed { stroke-width: 1.5; }
    .failed { stroke-width: 3; }
    .refused { stroke-width: 2; fill: none; }
    ${colours(LIGHT)}
    @media (prefers-color-scheme: dark) { ${colours(DARK)} }
  `;

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
