import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { BenchIam } from "../benchIam.ts";
import { BenchProvider, CONCURRENCY } from "../benchProvider.ts";
import { timesFloor } from "../row.ts";
import { Sample } from "../statistics.ts";
import type { Measure } from "./measure.ts";
import { secondsOf } from "./seconds.ts";

const COUNT = 500;
const LATENCY_MS = 20;
const TYPE = "yandex:StaticAccessKey";
const BARE_CREATES = fileURLToPath(new URL("../bareCreates.ts", import.meta.url));

/** What the provider process adds to the requests themselves. */
export const providerOverhead: Measure = {
  name: "provider-overhead",
  async run({ rounds }) {
    await using iam = await BenchIam.start("--latency-ms", String(LATENCY_MS));
    const [ours, bare]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      ours.push(await providerCreates(iam));
      bare.push(await bareCreates(iam));
    }
    return [
      timesFloor(
        `provider: ${COUNT} creates over gRPC at ${LATENCY_MS} ms; floor: bare got calls, ${CONCURRENCY} at once as well`,
        new Sample(ours, "s"),
        new Sample(bare, "s"),
        1.15,
      ),
    ];
  },
};

async function providerCreates(iam: BenchIam): Promise<number> {
  await using provider = await BenchProvider.start(iam);
  const inputs = async (count: number) =>
    provider.check(TYPE, count, { serviceAccountId: await iam.addServiceAccount(), verify: false });
  // The first call loads the kind and fetches the caller's token.
  await provider.create(await inputs(1));
  const all = await inputs(COUNT);
  return await secondsOf(() => provider.create(all));
}

async function bareCreates(iam: BenchIam): Promise<number> {
  const words = [iam.url, iam.token, await iam.addServiceAccount(), String(COUNT), String(CONCURRENCY)];
  const { stdout } = await promisify(execFile)(process.execPath, [BARE_CREATES, ...words]);
  return Number(stdout);
}
