import type { Measure } from "./measures/measure.ts";
import type { Options } from "./options.ts";
import { failed, type Row } from "./row.ts";

/** Runs the measures; `done` gets all rows so far whenever there are more. */
export async function runMeasures(
  measures: readonly Measure[],
  options: Options,
  done: (rows: readonly Row[]) => Promise<void>,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const measure of measures) {
    const began = performance.now();
    console.error(`measuring ${measure.name} …`);
    rows.push(...(await rowsOf(measure, options)));
    await done(rows);
    console.error(`measured ${measure.name} in ${Math.round((performance.now() - began) / 1000)} s`);
  }
  return rows;
}

/** The others are worth knowing where one fails. */
async function rowsOf({ name, run }: Measure, options: Options): Promise<readonly Row[]> {
  try {
    return await run(options);
  } catch (error) {
    console.error(error);
    return [failed(name, error)];
  }
}
