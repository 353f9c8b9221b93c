/** A bar from the left to the right around a middle line; `kind` is its class. */
export function bar(
  from: number,
  to: number,
  middle: number,
  height: number,
  kind: string,
  tip?: string,
): string {
  // A stage of a few hours must be seen, too.
  const width = Math.max(1.5, to - from);
  const box = `x="${px(from)}" y="${px(middle - height / 2)}" width="${px(width)}" height="${height}"`;
  return tipped(`rect class="${kind}" ${box}`, "rect", tip);
}

export function tick(at: number, middle: number, kind: string, tip?: string): string {
  return tipped(
    `line class="${kind}" x1="${px(at)}" y1="${middle - 5}" x2="${px(at)}" y2="${middle + 5}"`,
    "line",
    tip,
  );
}

export function cross(at: number, middle: number, tip?: string): string {
  const arms = `M${px(at - 4)} ${px(middle - 4)}l8 8m0 -8l-8 8`;
  return tipped(`path class="refused" d="${arms}"`, "path", tip);
}

export function text(x: number, y: number, words: string, kind?: string): string {
  return `<text${kind ? ` class="${kind}"` : ""} x="${px(x)}" y="${px(y)}">${escaped(words)}</text>`;
}

/** An element, with what a reader sees who points at it. */
function tipped(opening: string, name: string, tip: string | undefined): string {
  return tip === undefined ? `<${opening}/>` : `<${opening}><title>${escaped(tip)}</title></${name}>`;
}

export function px(length: number): string {
  return String(Number(length.toFixed(1)));
}

export function escaped(words: string): string {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
