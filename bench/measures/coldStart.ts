import { localEngine } from "../../tools/engine.ts";
import { BenchIam } from "../benchIam.ts";
import { timesFloor } from "../row.ts";
import { Sample } from "../statistics.ts";
import type { Measure } from "./measure.ts";
import { upSeconds } from "./stackOperations.ts";

/** One key in a new stack, with nothing cached, not even the code that Node has compiled before, beside one resource that does nothing. */
export const coldStart: Measure = {
  name: "cold-start",
  async run({ rounds }) {
    await using iam = await BenchIam.start();
    const [keys, nothing]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      nothing.push(await upSeconds(localEngine, iam, { resources: "nothing", count: 1 }));
      keys.push(await upSeconds(localEngine, iam, { resources: "authorizedKeys", count: 1 }));
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
