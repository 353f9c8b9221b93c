import { providerOf } from "../../tests/support/dynamicProvider.ts";
import { BenchIam } from "../benchIam.ts";
import { BenchProvider, type HeldKey, OF_BARE_CALLS } from "../benchProvider.ts";
import { atMost, type Row, skipped, timesFloor } from "../row.ts";
import { Sample } from "../statistics.ts";
import type { Measure } from "./measure.ts";
import { secondsOf } from "./seconds.ts";

const FEW = 100;
const MOST_MEMORY_MB = 150;
const LONGEST_BLOCK_MS = 50;

/** How the provider process bears many keys of one account. */
export const providerGrowth: Measure = {
  name: "provider-growth",
  async run({ many }) {
    await using iam = await BenchIam.start();
    await using provider = await BenchProvider.start(iam);
    const empty = await provider.memory();
    const seconds = async (count: number) => {
      const serviceAccountId = await iam.addServiceAccount();
      const inputs = await provider.check(providerOf("yandex:ServiceAccountKey"), count, {
        serviceAccountId,
        verify: false,
      });
      let keys: readonly HeldKey[] = [];
      const create = await secondsOf(async () => {
        keys = await provider.create(inputs);
      });
      const refresh = await secondsOf(() => provider.refresh(keys));
      const remove = await secondsOf(() => provider.delete(keys));
      return { create, refresh, delete: remove };
    };
    // Code that runs for the first time is slow, which has nothing to do with how many keys there are.
    for (let round = 0; round < 10; round++) await seconds(FEW);
    provider.watchBlocks();
    const few: Record<"create" | "refresh" | "delete", number>[] = [];
    for (let round = 0; round < 5; round++) few.push(await seconds(FEW));
    const all = await seconds(many);
    const growth = (["create", "refresh", "delete"] as const).map((call) =>
      timesFloor(
        `provider: ${call}, time a key of ${many}; floor: of ${FEW}`,
        new Sample([(all[call] / many) * 1000], "ms"),
        new Sample(
          few.map((each) => (each[call] / FEW) * 1000),
          "ms",
        ),
        1.3,
      ),
    );
    const memory = await provider.memory();
    const { block, collection } = await provider.standstills();
    return [
      ...growth,
      memoryRow(`provider: memory at ${many} keys, the most at any time`, memory, {
        empty,
        ofBareCalls: await memoryOfBareCalls(iam, many),
      }),
      atMost(
        `provider: longest time for which the event loop stood still, with lists of ${many} keys`,
        new Sample([block], "ms"),
        LONGEST_BLOCK_MS,
        "ms",
        `${Math.round(collection)} ms for V8's longest garbage collection`,
      ),
    ];
  },
};

/** The most memory of a provider process that makes as many keys by bare got calls, and keeps nothing of them. */
async function memoryOfBareCalls(iam: BenchIam, many: number): Promise<number | undefined> {
  await using provider = await BenchProvider.start(iam);
  const { url, token } = iam;
  const serviceAccountId = await iam.addServiceAccount();
  await provider.create(await provider.check(OF_BARE_CALLS, many, { url, token, serviceAccountId }));
  return await provider.memory();
}

function memoryRow(
  what: string,
  bytes: number | undefined,
  floors: { readonly empty: number | undefined; readonly ofBareCalls: number | undefined },
): Row {
  const { empty, ofBareCalls } = floors;
  if (bytes === undefined || empty === undefined || ofBareCalls === undefined)
    return skipped(what, "the system does not tell");
  const [before, bare] = [empty, ofBareCalls].map((each) => Math.round(each / 1e6));
  const floor = `${before} MB before the first key; ${bare} MB for as many bare got calls in a dynamic provider`;
  return atMost(what, new Sample([bytes / 1e6], "MB"), MOST_MEMORY_MB, "MB", floor);
}
