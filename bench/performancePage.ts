import type { Results } from "./results.ts";
import { summaryOf, tableOf } from "./row.ts";

/** The page with its generated parts made anew: each stands between a comment that names it and one that ends it. */
export function performancePage(page: string, results: Results): string {
  const parts = { result: resultLines(results), run: runLine(results), table: tableOf(results.rows) };
  return Object.entries(parts).reduce((text, [name, part]) => {
    const pattern = new RegExp(`(<!-- ${name}: [^>]*-->)[^]*?(<!-- end of ${name} -->)`);
    if (!pattern.test(text)) throw new Error(`docs/performance.md has no place for ${name}`);
    return text.replace(pattern, (_, begin, end) => `${begin}\n\n${part}\n\n${end}`);
  }, page);
}

const OPERATIONS = ["up", "no-op", "refresh", "replace", "destroy"];

/** What came of the run, in five lines. */
function resultLines({ rows }: Results): string {
  const find = (pattern: RegExp) => rows.find(({ what }) => pattern.test(what));
  const ratio = (pattern: RegExp) => find(pattern)?.result.replace(/ \(.*/, "") ?? "not measured";
  const list = (pattern: (operation: string) => RegExp) =>
    OPERATIONS.map((operation) => `${operation} ${ratio(pattern(operation))}`).join(", ");
  const [most] = rows.filter(({ values }) => values?.count !== undefined).slice(-1);
  const counts = /(\d+) keys/.exec(find(/^dynamic door: up of/)?.what ?? "")?.[1] ?? "200";
  return [
    `**By dynamic resources**, ${counts} keys take, as a multiple of as many empty resources: ${list((operation) => new RegExp(`^dynamic door: ${operation} of \\d+ keys$`))}.`,
    `**By the plugin**, as a multiple of a plugin that does nothing: ${list((operation) => new RegExp(`^native door: ${operation} of \\d+ keys$`))}.`,
    `**Processor time** of provider and program, by dynamic resources, as a multiple of empty ones: ${list((operation) => new RegExp(`^dynamic door: ${operation}, processor time`))}.`,
    `**With nothing to do**, a run sends no request; ${most ? `${most.what.replace(/^.*no-op of (\d+) keys.*$/, "$1 keys")} take ${most.measured}, empty resources ${most.floor}` : "how it grows was not measured"}.`,
    `**Targets**: ${summaryOf(rows)}`,
  ]
    .map((line) => `- ${line}`)
    .join("\n");
}

function runLine({ date, machine, cli, options, minutes }: Results): string {
  const line = `${date}, ${machine}, ${cli}: one run of \`${["npm run bench --", ...options].join(" ")}\`, in ${minutes} minutes.`;
  if (!options.includes("--quick")) return line;
  return `${line}\n\n**This was a trial with few keys on a busy machine. It says nothing about speed. A full run will replace it.**`;
}
