import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { providerOf } from "../../tests/support/dynamicProvider.ts";
import { BenchIam } from "../benchIam.ts";
import { BenchProvider, CONCURRENCY, OF_BARE_CALLS } from "../benchProvider.ts";
import { timesFloor } from "../row.ts";
import { Sample } from "../statistics.ts";
import type { Measure } from "./measure.ts";
import { secondsOf } from "./seconds.ts";

const COUNT = 500;
const LATENCY_MS = 20;
const MOST = 1.15;
const BARE_CREATES = fileURLToPath(new URL("../bareCreates.ts", import.meta.url));

/** What the provider process adds to the requests themselves, and how much of that any provider would add. */
export const providerOverhead: Measure = {
  name: "provider-overhead",
  async run({ rounds }) {
    await using iam = await BenchIam.start("--latency-ms", String(LATENCY_MS));
    const [ours, bareInProvider, bare]: [number[], number[], number[]] = [[], [], []];
    for (let round = 0; round < rounds; round++) {
      ours.push(await providerCreates(iam, providerOf("yandex:StaticAccessKey"), { verify: false }));
      bareInProvider.push(await providerCreates(iam, OF_BARE_CALLS, { url: iam.url, token: iam.token }));
      bare.push(await bareCreates(iam));
    }
    const what = `provider: ${COUNT} creates over gRPC at ${LATENCY_MS} ms`;
    const measured = new Sample(ours, "s");
    return [
      timesFloor(
        `${what}; floor: bare got calls, ${CONCURRENCY} at once as well`,
        measured,
        new Sample(bare, "s"),
        MOST,
      ),
      timesFloor(
        `${what}; floor: a dynamic provider of bare got calls`,
        measured,
        new Sample(bareInProvider, "s"),
        MOST,
      ),
    ];
  },
};

async function providerCreates(
  iam: BenchIam,
  provider: string,
  given: Readonly<Record<string, unknown>>,
): Promise<number> {
  await using process = await BenchProvider.start(iam);
  const inputs = async (count: number) =>
    process.check(provider, count, { serviceAccountId: await iam.addServiceAccount(), ...given });
  // The first call loads the kind and fetches the caller's token.
  await process.create(await inputs(1));
  const all = await inputs(COUNT);
  return await secondsOf(() => process.create(all));
}

async function bareCreates(iam: BenchIam): Promise<number> {
  const words = [iam.url, iam.token, await iam.addServiceAccount(), String(COUNT), String(CONCURRENCY)];
  const { stdout } = await promisify(execFile)(process.execPath, [BARE_CREATES, ...words]);
  return Number(stdout);
}
