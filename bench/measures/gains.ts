import { type Engine, realEngine } from "../../tools/engine.ts";
import { BenchIam } from "../benchIam.ts";
import { grown } from "../grown.ts";
import { type Row, timesFloor } from "../row.ts";
import { Sample } from "../statistics.ts";
import type { Measure } from "./measure.ts";
import { newStack } from "./stackOperations.ts";

/** What is in the hands of whoever runs the CLI: settings of the engine, and how much is in one stack. */
export const gains: Measure = {
  name: "gains",
  onCli: true,
  async run({ count: full }) {
    // Half as many show it as well: what the settings change grows with the square of it.
    const count = full / 2;
    const engine = await realEngine();
    await using iam = await BenchIam.start();
    const usual = await upAndReplace(engine, iam, count);
    const settings = {
      "PULUMI_SKIP_CHECKPOINTS=true": { environment: { PULUMI_SKIP_CHECKPOINTS: "true" } },
      "PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS=true": {
        environment: { PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: "true" },
      },
      "--parallel 4": { options: ["--parallel", "4"] },
      "--parallel 64": { options: ["--parallel", "64"] },
    };
    const rows: Row[] = [];
    for (const [name, setting] of Object.entries(settings)) {
      const set = await upAndReplace(engine, iam, count, setting);
      for (const operation of ["up", "replace"] as const)
        rows.push(
          timesFloor(`with ${name}: ${operation} of ${count} keys; floor: without it`, {
            measured: new Sample([set[operation]], "s"),
            floor: new Sample([usual[operation]], "s"),
          }),
        );
    }
    return [...rows, await oneStackAPurpose(engine, iam, count)];
  },
};

interface Setting {
  readonly environment?: Readonly<Record<string, string>>;
  readonly options?: readonly string[];
}

async function upAndReplace(
  engine: Engine,
  iam: BenchIam,
  count: number,
  { environment, options = [] }: Setting = {},
) {
  const contents = { door: "dynamic", resources: "keys", count } as const;
  const { stack: created, program } = await newStack(engine, iam, contents, environment);
  await using stack = created;
  const up = await stack.operation("up", ...options);
  await program("2");
  const replace = await stack.operation("up", ...options);
  return { up: up.seconds, replace: replace.seconds };
}

/** Some keys, in a stack of their own and in one that holds many others. */
async function oneStackAPurpose(engine: Engine, iam: BenchIam, count: number): Promise<Row> {
  const added = Math.ceil(count / 10) * 2;
  const held = count * 10;
  const contents = { door: "dynamic", resources: "keys" } as const;
  const alone = await newStack(engine, iam, { ...contents, count: added });
  await using own = alone.stack;
  const { seconds } = await own.operation("up");
  const large = await newStack(engine, iam, { ...contents, count: 2 });
  await using shared = large.stack;
  await shared.operation("up");
  await shared.imported(grown(await shared.exported(), held));
  await large.program("1", held + added);
  const together = await shared.operation("up");
  return timesFloor(
    `up of ${added} new keys in a stack of their own; floor: in one that holds ${held} others`,
    {
      measured: new Sample([seconds], "s"),
      floor: new Sample([together.seconds], "s"),
    },
  );
}
