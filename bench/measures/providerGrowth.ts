import { providerOf } from "../../tests/support/dynamicProvider.ts";
import { BenchIam } from "../benchIam.ts";
import { BenchProvider, EMPTY_PROVIDER, type HeldKey } from "../benchProvider.ts";
import { atMost, moreThanFloor, timesFloor } from "../row.ts";
import { Sample } from "../statistics.ts";
import type { Usage } from "../usage.ts";
import type { Measure } from "./measure.ts";
import { secondsOf } from "./seconds.ts";

const FEW = 100;
const CALLS = ["create", "refresh", "delete"] as const;
const MOST = { growth: 1.3, memoryMB: 150, blockMs: 50 };

/** How the provider process bears many keys of one account. */
export const providerGrowth: Measure = {
  name: "provider-growth",
  async run({ many }) {
    await using iam = await BenchIam.start();
    await using provider = await BenchProvider.start(iam);
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
    const few: Record<(typeof CALLS)[number], number>[] = [];
    for (let round = 0; round < 5; round++) few.push(await seconds(FEW));
    const all = await seconds(many);
    const growth = CALLS.map((call) =>
      timesFloor(`provider: ${call}, time a key of ${many}; floor: of ${FEW}`, {
        measured: new Sample([(all[call] / many) * 1000], "ms"),
        floor: new Sample(
          few.map((each) => (each[call] / FEW) * 1000),
          "ms",
        ),
        most: MOST.growth,
      }),
    );
    const { memory, block = 0, collection = 0 } = await provider.end();
    return [
      ...growth,
      moreThanFloor(`dynamic door: memory of the provider at ${many} keys, the most at any time`, {
        measured: new Sample([memory / 1e6], "MB"),
        floor: new Sample([(await emptyUsage(iam, many)).memory / 1e6], "MB"),
        most: MOST.memoryMB,
      }),
      atMost(
        `provider: longest time for which the event loop stood still, with lists of ${many} keys`,
        new Sample([block], "ms"),
        MOST.blockMs,
        `${Math.round(collection)} ms for V8's longest garbage collection`,
      ),
    ];
  },
};

/** What a provider process takes that goes through as many calls and does nothing. */
async function emptyUsage(iam: BenchIam, many: number): Promise<Usage> {
  await using provider = await BenchProvider.start(iam);
  const keys = await provider.create(await provider.check(EMPTY_PROVIDER, many, { serviceAccountId: "any" }));
  await provider.refresh(keys);
  await provider.delete(keys);
  return await provider.end();
}
