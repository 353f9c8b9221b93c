import { BenchIam } from "../benchIam.ts";
import { BenchProvider, type HeldKey } from "../benchProvider.ts";
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
    const seconds = async (type: string, count: number) => {
      const serviceAccountId = await iam.addServiceAccount();
      const inputs = await provider.check(type, count, { serviceAccountId, verify: false });
      let keys: readonly HeldKey[] = [];
      const create = await secondsOf(async () => {
        keys = await provider.create(inputs);
      });
      const refresh = await secondsOf(() => provider.refresh(keys));
      const remove = await secondsOf(() => provider.delete(keys));
      return { create, refresh, delete: remove };
    };
    // Code that runs for the first time is slow, which has nothing to do with how many keys there are.
    for (let round = 0; round < 10; round++) await seconds("yandex:ServiceAccountKey", FEW);
    provider.watchBlocks();
    const few: Record<"create" | "refresh" | "delete", number>[] = [];
    for (let round = 0; round < 5; round++) few.push(await seconds("yandex:ServiceAccountKey", FEW));
    const all = await seconds("yandex:ServiceAccountKey", many);
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
    return [
      ...growth,
      memoryRow(`provider: memory at ${many} keys, the most at any time`, await provider.memory(), empty),
      atMost(
        `provider: longest time for which the event loop stood still, with lists of ${many} keys`,
        new Sample([await provider.longestBlock()], "ms"),
        LONGEST_BLOCK_MS,
        "ms",
      ),
    ];
  },
};

function memoryRow(what: string, bytes: number | undefined, empty: number | undefined): Row {
  if (bytes === undefined || empty === undefined) return skipped(what, "the system does not tell");
  const floor = `${Math.round(empty / 1e6)} MB before the first key`;
  return atMost(what, new Sample([bytes / 1e6], "MB"), MOST_MEMORY_MB, "MB", floor);
}
