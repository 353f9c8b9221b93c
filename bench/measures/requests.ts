import { providerOf } from "../../tests/support/dynamicProvider.ts";
import { BenchIam } from "../benchIam.ts";
import { BenchProvider, type HeldKey } from "../benchProvider.ts";
import { exactly, type Row } from "../row.ts";
import type { Measure } from "./measure.ts";

const COUNT = 20;
const STATIC = "yandex:StaticAccessKey";
const AUTHORIZED = "yandex:ServiceAccountKey";
/** Two pages of the API, which has at most 1000 keys in each. */
const LISTED = 1_001;

/** What is sent to the API, by the server's own log. */
export const requests: Measure = {
  name: "requests",
  async run() {
    return [...(await ofKeys()), ...(await ofRefresh()), ...(await ofPolls())];
  },
};

async function ofKeys(): Promise<Row[]> {
  await using iam = await BenchIam.start();
  await using provider = await BenchProvider.start(iam);
  const serviceAccountId = await iam.addServiceAccount();
  const rows: Row[] = [];
  const count = async (what: string, expected: Record<string, number>, work: () => Promise<unknown>) =>
    rows.push(exactly(`requests: ${what}`, await iam.countedDuring(work), expected));

  // One list an account and process tells whether a run that was killed has left keys behind.
  await count(
    `create ${COUNT} authorized keys, each tried once, and the caller's token`,
    { "Key.create": COUNT, "Key.list": 1, "IamToken.create": COUNT + 1 },
    () => made(provider, AUTHORIZED, COUNT, { serviceAccountId }),
  );
  await count(
    `create ${COUNT} static keys, each tried once`,
    { "AccessKey.create": COUNT, "AccessKey.list": 1, "s3:ListBuckets": COUNT },
    () => made(provider, STATIC, COUNT, { serviceAccountId }),
  );
  const untried = await iam.addServiceAccount();
  await count(
    `create ${COUNT} static keys without trying them`,
    { "AccessKey.create": COUNT, "AccessKey.list": 1 },
    () => made(provider, STATIC, COUNT, { serviceAccountId: untried, verify: false }),
  );
  return rows;
}

async function ofRefresh(): Promise<Row[]> {
  await using iam = await BenchIam.start();
  await using provider = await BenchProvider.start(iam);
  const serviceAccountId = await iam.addServiceAccount();
  const keys = await made(provider, STATIC, LISTED, { serviceAccountId, verify: false });
  const counts = await iam.countedDuring(() => provider.refresh(keys));
  return [
    exactly(`requests: refresh of ${LISTED} keys of one account`, counts, {
      "AccessKey.list": Math.ceil(LISTED / 1000),
    }),
  ];
}

async function ofPolls(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { operationMs, polls } of [
    { operationMs: 0, polls: 0 },
    // The first poll comes after a fifth of a second.
    { operationMs: 100, polls: 1 },
  ]) {
    await using iam = await BenchIam.start("--operation-ms", String(operationMs));
    await using provider = await BenchProvider.start(iam);
    const serviceAccountId = await iam.addServiceAccount();
    const keys = await made(provider, STATIC, 1, { serviceAccountId, verify: false });
    const counts = await iam.countedDuring(() => provider.delete(keys));
    rows.push(
      exactly(
        `requests: delete a key, its Operation ${polls === 0 ? "done in the first answer" : "not done at once"}`,
        counts,
        { "AccessKey.list": 1, "AccessKey.delete": 1, ...(polls > 0 && { "Operation.get": polls }) },
      ),
    );
  }
  return rows;
}

async function made(
  provider: BenchProvider,
  type: string,
  count: number,
  given: Readonly<Record<string, unknown>>,
): Promise<HeldKey[]> {
  return provider.create(await provider.check(providerOf(type), count, given));
}
