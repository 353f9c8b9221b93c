import type { Measure } from "./measures/measure.ts";
import type { Options } from "./options.ts";
import { type Row, tableOf } from "./row.ts";

/** Runs the measures that the options choose, and prints the table; resolves to how many targets are missed. */
export async function runMeasures(
  measures: readonly Measure[],
  options: Options,
  print: (text: string) => void,
): Promise<number> {
  const rows: Row[] = [];
  for (const measure of measures) {
    if (options.only !== undefined && !measure.name.includes(options.only)) continue;
    console.error(`measuring ${measure.name} …`);
    rows.push(...(await rowsOf(measure, options)));
  }
  const missed = rows.filter(({ verdict }) => verdict === "missed").length;
  const skipped = rows.filter(({ verdict }) => verdict === "skipped").length;
  print(
    `${tableOf(rows)}\n\n${rows.length} rows: ${rows.length - missed - skipped} met, ${missed} missed, ${skipped} skipped.`,
  );
  return missed;
}

/** A measure that fails has missed its targets; the others are worth knowing all the same. */
async function rowsOf({ name, run }: Measure, options: Options): Promise<readonly Row[]> {
  try {
    return await run(options);
  } catch (error) {
    console.error(error);
    return [{ what: name, measured: "", floor: "", result: "it failed", verdict: "missed" }];
  }
}
