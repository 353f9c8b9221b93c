import { realEngine } from "../../tools/engine.ts";
import { BenchIam } from "../benchIam.ts";
import { ROUNDS_OF_MINUTES } from "../options.ts";
import { skipped, timesFloor } from "../row.ts";
import { Sample } from "../statistics.ts";
import type { Measure } from "./measure.ts";
import { OPERATIONS, runStack, type StackRun } from "./stackOperations.ts";

const MOST = 1.25;

/** Authorized and static keys, half and half, on the Pulumi CLI, beside as many resources that do nothing. */
export const pulumiCli: Measure = {
  name: "pulumi-cli",
  async run({ rounds, onCli: count }) {
    const what = (operation: string) => `Pulumi CLI: ${operation} of ${count} keys; floor: empty resources`;
    const engine = await realEngine().catch((error: Error) => error);
    if (engine instanceof Error)
      return OPERATIONS.map((operation) => skipped(what(operation), engine.message));
    await using iam = await BenchIam.start();
    const [keys, nothing]: [StackRun[], StackRun[]] = [[], []];
    for (let round = 0; round < Math.min(rounds, ROUNDS_OF_MINUTES); round++) {
      nothing.push(await runStack(engine, iam, { resources: "nothing", count }));
      keys.push(await runStack(engine, iam, { resources: "keys", count }));
    }
    return OPERATIONS.map((operation) => {
      const of = (runs: readonly StackRun[]) =>
        new Sample(
          runs.map(({ seconds }) => seconds[operation]),
          "s",
        );
      return timesFloor(what(operation), of(keys), of(nothing), MOST);
    });
  },
};
