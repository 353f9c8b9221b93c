import type { MatrixCase } from "./cases.ts";
import type { MatrixEngine } from "./engines.ts";
import { OPERATION } from "./operations.ts";
import { type CaseResult, runCase } from "./runCase.ts";
import { MatrixWorld } from "./world.ts";

export interface MatrixOptions {
  readonly engine: MatrixEngine;
  /** How many worlds go on side by side. */
  readonly jobs: number;
  readonly mutant?: string | undefined;
  /** When no further case is begun, in milliseconds since the epoch; those that were not are in no report. */
  readonly until?: number;
  readonly onResult?: (one: MatrixCase, result: CaseResult) => void;
}

export interface CaseReport {
  readonly one: MatrixCase;
  readonly result: CaseResult;
}

/**
 * Runs the cases. One begins where the one before it has ended, as long as all is well; a case that fails is
 * tried again in a world of its own, and is judged by that.
 */
export async function runMatrix(cases: readonly MatrixCase[], options: MatrixOptions): Promise<CaseReport[]> {
  const waiting = [...cases];
  const reports: CaseReport[] = [];
  const lane = async () => {
    let world: MatrixWorld | undefined;
    const leave = async () => {
      await world?.[Symbol.asyncDispose]();
      world = undefined;
    };
    try {
      while (waiting.length > 0 && Date.now() < (options.until ?? Number.POSITIVE_INFINITY)) {
        const one = takeFitting(waiting, world);
        if (!one) {
          await leave();
          continue;
        }
        const isFresh = world === undefined;
        world ??= await worldFor(one, options);
        let result = await attempt(world, one);
        // An engine that was interrupted says so in every run from then on, which would be news in no later case.
        const isLast = one.strike.kind === "kill" || one.circumstance || OPERATION[one.operation].isLast;
        if (result.outcome === "failed" || isLast) await leave();
        if (result.outcome === "failed" && !isFresh) result = await runAlone(one, options);
        reports.push({ one, result });
        options.onResult?.(one, result);
      }
    } finally {
      await leave();
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, lane));
  return cases.flatMap((one) => reports.filter((report) => report.one === one));
}

/** The case in a world of its own. */
async function runAlone(one: MatrixCase, options: MatrixOptions): Promise<CaseResult> {
  await using world = await worldFor(one, options);
  return await attempt(world, one);
}

function worldFor(
  { honoursIdempotencyKey, resources }: MatrixCase,
  { engine, mutant }: MatrixOptions,
): Promise<MatrixWorld> {
  return MatrixWorld.create({ engine, mutant, honoursIdempotencyKey, resources });
}

async function attempt(world: MatrixWorld, one: MatrixCase): Promise<CaseResult> {
  try {
    return await runCase(world, one);
  } catch (error) {
    const problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return {
      outcome: "failed",
      runs: 0,
      problems: [`the harness failed: ${problem}`],
      struck: [],
      reached: [],
      output: "",
    };
  }
}

/** Takes the next case that can begin in this world: one that can at once, where there is one. */
function takeFitting(waiting: MatrixCase[], world: MatrixWorld | undefined): MatrixCase | undefined {
  const fits = (one: MatrixCase) =>
    world === undefined ||
    (one.honoursIdempotencyKey === world.options.honoursIdempotencyKey &&
      one.resources === world.options.resources);
  const isReady = (one: MatrixCase) =>
    fits(one) && (OPERATION[one.operation].from === "nothing") === (world?.isEmpty ?? true);
  const ready = waiting.findIndex(isReady);
  const index = ready >= 0 ? ready : waiting.findIndex(fits);
  return index >= 0 ? waiting.splice(index, 1)[0] : undefined;
}
