import { BenchIam } from "../benchIam.ts";
import { LOCAL_ENGINE } from "../benchStack.ts";
import { ROUNDS_OF_MINUTES } from "../options.ts";
import { skipped, timesFloor } from "../row.ts";
import { Sample } from "../statistics.ts";
import type { Measure } from "./measure.ts";
import { OPERATIONS, runStack, warmUp } from "./stackOperations.ts";

const FEW = 100;

/** What one more key costs the local engine where there are few, and where there are many. */
export const engineGrowth: Measure = {
  name: "engine-growth",
  async run({ onEngine: many, rounds }) {
    if (many === undefined) return [skipped("local engine: growth", "--quick leaves it out")];
    await using iam = await BenchIam.start();
    await warmUp(iam);
    const run = async (count: number) =>
      (await runStack(LOCAL_ENGINE, iam, { resources: "staticKeys", count })).seconds;
    const [one, few] = [[], []] as [Awaited<ReturnType<typeof run>>[], Awaited<ReturnType<typeof run>>[]];
    for (let round = 0; round < Math.min(rounds, ROUNDS_OF_MINUTES); round++) {
      one.push(await run(1));
      few.push(await run(FEW + 1));
    }
    const all = await run(many + 1);
    return OPERATIONS.map((operation) => {
      const start = new Sample(
        one.map((each) => each[operation]),
        "s",
      ).median;
      const perKey = (seconds: number, count: number) => ((seconds - start) / count) * 1000;
      return timesFloor(
        `local engine: ${operation}, time for one key more at ${many}; floor: at ${FEW}`,
        new Sample([perKey(all[operation], many)], "ms"),
        new Sample(
          few.map((each) => perKey(each[operation], FEW)),
          "ms",
        ),
        1.3,
      );
    });
  },
};
