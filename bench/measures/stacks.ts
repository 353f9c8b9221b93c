import { realEngine } from "../../tools/engine.ts";
import { BenchIam } from "../benchIam.ts";
import type { Contents } from "../benchStack.ts";
import type { Door } from "../programSettings.ts";
import { atMost, exactly, moreThanFloor, type Row, timesFloor } from "../row.ts";
import { Sample } from "../statistics.ts";
import type { Usage } from "../usage.ts";
import type { Measure } from "./measure.ts";
import { OPERATIONS, type Operation, runStack, type StackRun, upOnce } from "./stackOperations.ts";

const DOORS: readonly Door[] = ["dynamic", "native"];
const MOST = { time: 1.1, processor: 1.5, memoryMB: 60, nativeMemory: 0.75, stateBytes: 450 };

/** What one door took in each round. */
interface Runs {
  readonly keys: readonly StackRun[];
  readonly nothing: readonly StackRun[];
}

/** Authorized and static keys, half and half, by both doors, beside as many resources that do nothing. */
export const stacks: Measure = {
  name: "stacks",
  onCli: true,
  async run({ rounds, count }) {
    const { dynamic, native } = await runAll(rounds, count);
    return [
      ...doorRows("dynamic", count, dynamic),
      ...doorRows("native", count, native),
      ...nativeRows(count, native, dynamic),
      ...memoryRows(count, dynamic),
      ...requestRows("dynamic", count, dynamic),
      ...requestRows("native", count, native),
      stateRow("dynamic", dynamic, MOST.stateBytes),
      stateRow("native", native),
    ];
  },
};

async function runAll(rounds: number, count: number): Promise<Record<Door, Runs>> {
  const engine = await realEngine();
  await using iam = await BenchIam.start();
  const all = DOORS.flatMap((door) =>
    (["nothing", "keys"] as const).map((resources) => ({ door, resources, runs: [] as StackRun[] })),
  );
  const run = (contents: Contents) => runStack(engine, iam, contents);
  // What is loaded for the first time is slow, whatever it is.
  for (const each of all) await upOnce(engine, iam, { ...each, count: 2 });
  for (let round = 1; round <= rounds; round++) {
    for (const each of all) {
      console.error(`  round ${round}: ${each.door} ${each.resources}`);
      // The others are worth knowing where one fails.
      const done = await run({ ...each, count }).catch((error) => void console.error(error));
      if (done !== undefined) each.runs.push(done);
    }
  }
  const runs = (door: Door, resources: Contents["resources"]) => {
    const found = all.find((each) => each.door === door && each.resources === resources)?.runs ?? [];
    if (found.length > 0) return found;
    throw new Error(`no run of ${resources} by the ${door} door came to its end`);
  };
  const of = (door: Door): Runs => ({ keys: runs(door, "keys"), nothing: runs(door, "nothing") });
  return { dynamic: of("dynamic"), native: of("native") };
}

const sampleOf = (runs: readonly StackRun[], value: (run: StackRun) => number, unit: string) =>
  new Sample(runs.map(value), unit);

function providerUsage({ ran }: StackRun, operation: Operation): Usage {
  const { provider } = ran[operation].usage;
  if (provider === undefined) throw new Error(`the provider of ${operation} did not say what it took`);
  return provider;
}

const processorOf = (operation: Operation, count: number) => (run: StackRun) => {
  const program = run.ran[operation].usage.program?.seconds ?? 0;
  return ((program + providerUsage(run, operation).seconds) * 1000) / count;
};

const providerSeconds = (operation: Operation) => (run: StackRun) => providerUsage(run, operation).seconds;

const mostMemory = (run: StackRun) =>
  Math.max(...OPERATIONS.map((operation) => providerUsage(run, operation).memory)) / 1e6;

function doorRows(door: Door, count: number, { keys, nothing }: Runs): Row[] {
  const times = OPERATIONS.map((operation) =>
    timesFloor(`${door} door: ${operation} of ${count} keys`, {
      measured: sampleOf(keys, ({ ran }) => ran[operation].seconds, "s"),
      floor: sampleOf(nothing, ({ ran }) => ran[operation].seconds, "s"),
      most: MOST.time,
    }),
  );
  const processor = OPERATIONS.map((operation) => {
    const value = processorOf(operation, count);
    return timesFloor(`${door} door: ${operation}, processor time of provider and program a key`, {
      measured: sampleOf(keys, value, "ms"),
      floor: sampleOf(nothing, value, "ms"),
      ...(door === "dynamic" && { most: MOST.processor }),
    });
  });
  return [...times, ...processor];
}

function nativeRows(count: number, native: Runs, dynamic: Runs): Row[] {
  const processor = OPERATIONS.map((operation) =>
    timesFloor(`${operation} of ${count} keys, processor time of the plugin; floor: the dynamic door's`, {
      measured: sampleOf(native.keys, providerSeconds(operation), "s"),
      floor: sampleOf(dynamic.keys, providerSeconds(operation), "s"),
      most: 1,
    }),
  );
  const memory = timesFloor(`memory of the plugin at ${count} keys; floor: the dynamic door's`, {
    measured: sampleOf(native.keys, mostMemory, "MB"),
    floor: sampleOf(dynamic.keys, mostMemory, "MB"),
    most: MOST.nativeMemory,
  });
  return [...processor, memory];
}

function memoryRows(count: number, { keys, nothing }: Runs): Row[] {
  return [
    moreThanFloor(`dynamic door: memory of the provider at ${count} keys`, {
      measured: sampleOf(keys, mostMemory, "MB"),
      floor: sampleOf(nothing, mostMemory, "MB"),
      most: MOST.memoryMB,
    }),
  ];
}

function requestRows(door: Door, count: number, { keys }: Runs): Row[] {
  const half = count / 2;
  // A list of each kind tells whether interrupted runs have left keys behind. Each process needs the caller's token.
  const lists = { "AccessKey.list": 1, "Key.list": 1 };
  const creates = { "AccessKey.create": half, "Key.create": half };
  const trials = { "s3:ListBuckets": half, "IamToken.create": half + 1 };
  const expected = {
    preview: {},
    "no-op": {},
    up: { ...creates, ...trials, ...lists },
    refresh: { ...lists, "IamToken.create": 1 },
    replace: {
      ...creates,
      ...trials,
      // Once more before the deletes: another process may have adopted a key since.
      "AccessKey.list": 2,
      "Key.list": 2,
      // The end of each trial, which is in the key's description.
      "AccessKey.update": half,
      "Key.update": half,
      "AccessKey.delete": half,
      "Key.delete": half,
    },
    destroy: { ...lists, "AccessKey.delete": half, "Key.delete": half, "IamToken.create": 1 },
  };
  return Object.entries(expected).map(([operation, counts]) =>
    exactly(
      `${door} door: requests of ${operation} of ${count} keys`,
      keys[0]?.requests[operation as keyof typeof expected] ?? {},
      counts,
    ),
  );
}

function stateRow(door: Door, { keys }: Runs, most?: number): Row {
  const bytes = keys.map((run) => run.stateBytes);
  const [first] = bytes;
  return atMost(
    `${door} door: bytes of a key in the state beside the encoded credential`,
    new Sample(
      bytes.map(({ own }) => Math.round(own)),
      "bytes",
    ),
    most,
    `${Math.round(first?.engines ?? 0)} more that the engine writes for any resource`,
  );
}
