import { providerOf } from "../../tests/support/dynamicProvider.ts";
import { BenchIam } from "../benchIam.ts";
import { BenchProvider } from "../benchProvider.ts";
import { atMost } from "../row.ts";
import { Sample } from "../statistics.ts";
import type { Measure } from "./measure.ts";
import { secondsOf } from "./seconds.ts";

/** What the server takes in a second; neither cloud says what its own one takes. */
const PER_SECOND = 50;
/** Of the creates, how many may be told to come back later. */
const MOST_REFUSED = 0.05;

/** Many creates at a go where the server refuses what comes too fast. */
export const storm: Measure = {
  name: "storm",
  async run({ storm: count }) {
    await using iam = await BenchIam.start();
    const serviceAccountId = await iam.addServiceAccount();
    await iam.limitRate(PER_SECOND);
    await using provider = await BenchProvider.start({ environment: iam.environment });
    const inputs = await provider.check(providerOf("yandex:StaticAccessKey"), count, {
      serviceAccountId,
      verify: false,
    });
    let seconds = 0;
    const counts = await iam.countedDuring(async () => {
      seconds = await secondsOf(() => provider.create(inputs));
    });
    return [
      atMost(
        `answers of 429 to ${count} creates at once, from a server that takes ${PER_SECOND} requests a second`,
        new Sample([(counts["AccessKey.create"] ?? 0) - count], "answers"),
        count * MOST_REFUSED,
        `${Math.round(seconds)} s in all`,
      ),
    ];
  },
};
