import { providerOf } from "../../tests/support/dynamicProvider.ts";
import { BenchIam } from "../benchIam.ts";
import { BenchProvider, EMPTY_PROVIDER } from "../benchProvider.ts";
import { moreThanFloor } from "../row.ts";
import { Sample } from "../statistics.ts";
import type { Measure } from "./measure.ts";

const MOST = 0.1;
const TIMES = 3;

/** What the first calls of a run take, loading included, beside those of a provider that does nothing. */
export const providerStart: Measure = {
  name: "provider-start",
  async run({ rounds }) {
    await using iam = await BenchIam.start();
    const previews = { ours: [] as number[], empty: [] as number[] };
    const creates = { ours: [] as number[], empty: [] as number[] };
    const ours = providerOf("yandex:StaticAccessKey");
    // The first time, code may have to be compiled that the next run finds compiled.
    await processorSeconds(iam, ours, { create: true });
    for (let time = 0; time < rounds * TIMES; time++) {
      previews.empty.push(await processorSeconds(iam, EMPTY_PROVIDER, { create: false }));
      previews.ours.push(await processorSeconds(iam, ours, { create: false }));
      creates.empty.push(await processorSeconds(iam, EMPTY_PROVIDER, { create: true }));
      creates.ours.push(await processorSeconds(iam, ours, { create: true }));
    }
    const row = (what: string, { ours, empty }: typeof previews) =>
      moreThanFloor(what, { measured: new Sample(ours, "s"), floor: new Sample(empty, "s"), most: MOST });
    return [
      row("dynamic door: processor time of a process that checks one key, as in a preview", previews),
      row("dynamic door: the same, which then makes the key", creates),
    ];
  },
};

async function processorSeconds(
  iam: BenchIam,
  provider: string,
  { create }: { readonly create: boolean },
): Promise<number> {
  const serviceAccountId = await iam.addServiceAccount();
  await using process = await BenchProvider.start(iam);
  const inputs = await process.check(provider, 1, { serviceAccountId, verify: false });
  if (create) await process.create(inputs);
  return (await process.end()).seconds;
}
