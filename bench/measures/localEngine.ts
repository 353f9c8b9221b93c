import { BenchIam } from "../benchIam.ts";
import { LOCAL_ENGINE } from "../benchStack.ts";
import { ROUNDS_OF_MINUTES } from "../options.ts";
import { atMost, exactly, type Row, timesFloor } from "../row.ts";
import { Sample } from "../statistics.ts";
import type { Measure } from "./measure.ts";
import { runStack, type StackRun, upSeconds, warmUp } from "./stackOperations.ts";

const COUNT = 200;
/** What Terraform 1.11 with the official provider takes for 100 authorized and 100 static keys on two cores, in seconds. */
const TERRAFORM = { up: 2.7, "no-op up": 1.2, "replace half": 4.7, destroy: 5.2 } as const;
const LARGEST_RESOURCE = 700;

/** 100 authorized and 100 static keys on the local engine, beside as many resources that do nothing. */
export const localEngine: Measure = {
  name: "local-engine",
  async run({ rounds }) {
    await using iam = await BenchIam.start();
    await warmUp(iam);
    const [keys, nothing]: [StackRun[], number[]] = [[], []];
    for (let round = 0; round < Math.min(rounds, ROUNDS_OF_MINUTES); round++) {
      nothing.push(await upSeconds(LOCAL_ENGINE, iam, { resources: "nothing", count: COUNT }));
      keys.push(await runStack(LOCAL_ENGINE, iam, { resources: "keys", count: COUNT }));
    }
    const seconds = (operation: keyof StackRun["seconds"]) =>
      new Sample(
        keys.map((run) => run.seconds[operation]),
        "s",
      );
    return [
      timesFloor(
        `local engine: up of ${COUNT} keys; floor: empty resources`,
        seconds("up"),
        new Sample(nothing, "s"),
        1.3,
      ),
      ...Object.entries(TERRAFORM).map(([operation, most]) =>
        atMost(
          `local engine: ${operation} of ${COUNT} keys; floor: Terraform`,
          seconds(operation as keyof typeof TERRAFORM),
          most,
          "s",
          `${most} s`,
        ),
      ),
      ...requestRows(keys),
      ...stateRows(keys),
    ];
  },
};

function requestRows([run]: readonly StackRun[]): Row[] {
  if (run === undefined) return [];
  const half = COUNT / 2;
  const expected = {
    preview: {},
    "no-op up": {},
    refresh: { "IamToken.create": 1, "AccessKey.list": 1, "Key.list": 1 },
    replace: {
      "AccessKey.create": half,
      "AccessKey.delete": half,
      // The lists tell whether interrupted runs have left keys behind.
      "AccessKey.list": 1,
      "IamToken.create": half + 1,
      "Key.create": half,
      "Key.delete": half,
      "Key.list": 1,
      "s3:ListBuckets": half,
    },
  };
  return Object.entries(expected).map(([operation, counts]) =>
    exactly(
      `requests: ${operation} of ${half} authorized and ${half} static keys`,
      run.requests[operation as keyof typeof expected],
      counts,
    ),
  );
}

function stateRows([run]: readonly StackRun[]): Row[] {
  if (run === undefined) return [];
  const { own, engines, credential } = run.stateBytes;
  return [
    atMost(
      `state: bytes of a resource's inputs and outputs, beside the encoded credential (${Math.round(credential)})`,
      new Sample([own], "bytes"),
      LARGEST_RESOURCE,
      "bytes",
      `${Math.round(engines)} more that the engine writes for any resource`,
    ),
  ];
}
