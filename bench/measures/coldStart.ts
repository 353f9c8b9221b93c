import { BenchIam } from "../benchIam.ts";
import { BenchStack, type Engine, LOCAL_ENGINE } from "../benchStack.ts";
import type { ProgramSettings } from "../programSettings.ts";
import { timesFloor } from "../row.ts";
import { Sample } from "../statistics.ts";
import type { Measure } from "./measure.ts";

/** Without the code that Node has compiled before. */
const COLD: Engine = { ...LOCAL_ENGINE, environment: {} };

/** One key in a new stack, with nothing cached, beside one resource that does nothing. */
export const coldStart: Measure = {
  name: "cold-start",
  async run({ rounds }) {
    await using iam = await BenchIam.start();
    const up = async (resources: ProgramSettings["resources"]) => {
      await using stack = await BenchStack.create(COLD, iam.environment);
      const serviceAccountId = await iam.addServiceAccount();
      await stack.program({ resources, count: 1, generations: ["1", "1"], serviceAccountId });
      return await stack.operation("up");
    };
    const [keys, nothing]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      nothing.push(await up("nothing"));
      keys.push(await up("authorizedKeys"));
    }
    return [
      timesFloor(
        "local engine: up of one key, cold; floor: one empty resource",
        new Sample(keys, "s"),
        new Sample(nothing, "s"),
        1.15,
      ),
    ];
  },
};
