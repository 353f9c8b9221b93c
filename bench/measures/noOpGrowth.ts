import { type Engine, realEngine } from "../../tools/engine.ts";
import { BenchIam } from "../benchIam.ts";
import type { BenchStack, Contents } from "../benchStack.ts";
import { grown } from "../grown.ts";
import { failed, type Row, timesFloor } from "../row.ts";
import { Sample } from "../statistics.ts";
import type { Measure } from "./measure.ts";
import { newStack } from "./stackOperations.ts";

const MOST = 1.1;
/** What one key more may take at the end, as a multiple of what it takes at the beginning. */
const MOST_GROWTH = 1.3;

interface Subject {
  readonly resources: Contents["resources"];
  readonly count: number;
  readonly seconds: number[];
}

/** What a run takes that finds nothing to do, as the stack grows. */
export const noOpGrowth: Measure = {
  name: "no-op-growth",
  onCli: true,
  async run({ rounds, counts }) {
    const engine = await realEngine();
    await using iam = await BenchIam.start();
    const rows: Row[] = [];
    const medians: { readonly count: number; readonly seconds: number }[] = [];
    for (const count of counts) {
      const what = `dynamic door: no-op of ${count} keys in the state`;
      try {
        const { keys, nothing } = await noOps(engine, iam, count, rounds);
        rows.push(timesFloor(what, { measured: keys, floor: nothing, most: MOST, count }));
        medians.push({ count, seconds: keys.median });
      } catch (error) {
        console.error(error);
        rows.push(failed(what, error));
      }
    }
    return [...rows, ...growthRows(medians)];
  },
};

/** Two stacks in turns, both filled by an import: nothing is asked of the cloud where nothing is to be done. */
async function noOps(engine: Engine, iam: BenchIam, count: number, rounds: number) {
  const subjects: Subject[] = (["nothing", "keys"] as const).map((resources) => ({
    resources,
    count,
    seconds: [],
  }));
  await using stacks = new AsyncDisposableStack();
  const filled: { readonly subject: Subject; readonly stack: BenchStack }[] = [];
  for (const subject of subjects)
    filled.push({ subject, stack: stacks.use(await filledStack(engine, iam, subject)) });
  for (let round = 0; round < rounds; round++)
    for (const { subject, stack } of filled)
      subject.seconds.push((await stack.operation("up", "--expect-no-changes")).seconds);
  const of = (resources: Contents["resources"]) =>
    new Sample(subjects.find((subject) => subject.resources === resources)?.seconds ?? [], "s");
  return { keys: of("keys"), nothing: of("nothing") };
}

/** A stack of two resources whose state is then made to hold as many as are wanted. */
async function filledStack(
  engine: Engine,
  iam: BenchIam,
  { resources, count }: Subject,
): Promise<BenchStack> {
  const { stack, program } = await newStack(engine, iam, { door: "dynamic", resources, count: 2 });
  try {
    await stack.operation("up");
    await stack.imported(grown(await stack.exported(), count));
    await program("1", count);
    return stack;
  } catch (error) {
    await stack[Symbol.asyncDispose]();
    throw error;
  }
}

function growthRows(medians: readonly { readonly count: number; readonly seconds: number }[]): Row[] {
  const [few, more, most] = medians;
  if (few === undefined || more === undefined || most === undefined) return [];
  const each = (from: typeof few, to: typeof few) =>
    new Sample([((to.seconds - from.seconds) / (to.count - from.count)) * 1000], "ms");
  return [
    timesFloor(
      `dynamic door: no-op, time for one key more from ${more.count} to ${most.count}; floor: from ${few.count} to ${more.count}`,
      { measured: each(more, most), floor: each(few, more), most: MOST_GROWTH },
    ),
  ];
}
