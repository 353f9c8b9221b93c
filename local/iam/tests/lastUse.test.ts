import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { GetAccessKeyLastUsedCommand } from "@aws-sdk/client-iam";
import type { LocalIam } from "../index.ts";
import { keysInUse } from "./keysInUse.ts";
import { aws, manualClock, startForTest, yandex } from "./startForTest.ts";
import type { YandexBody } from "./yandexBody.ts";

const minute = 60_000;

function yandexLastUse(path: string) {
  return async (_t: TestContext, iam: LocalIam, id: string) => {
    const one = (await yandex(iam).get<YandexBody>(`${path}/${id}`)).body;
    const { serviceAccountId } = iam;
    const all = (await yandex(iam).get<YandexBody>(path, { searchParams: { serviceAccountId } })).body;
    const listed = (all.keys ?? all.accessKeys ?? all.apiKeys).find((key) => key.id === id);
    assert.equal(one.lastUsedAt, listed?.lastUsedAt);
    return one.lastUsedAt;
  };
}

async function awsLastUse(t: TestContext, iam: LocalIam, AccessKeyId: string) {
  const { AccessKeyLastUsed } = await aws(t, iam).send(new GetAccessKeyLastUsedCommand({ AccessKeyId }));
  const { LastUsedDate, ServiceName } = AccessKeyLastUsed ?? {};
  assert.equal(ServiceName, LastUsedDate ? "sts" : "N/A");
  return LastUsedDate?.toISOString().replace(".000Z", "Z");
}

/** What the API says of the last use of a key. */
const lastUse = {
  "yandex:ServiceAccountKey": yandexLastUse("iam/v1/keys"),
  "yandex:StaticAccessKey": yandexLastUse("iam/aws-compatibility/v1/accessKeys"),
  "yandex:ApiKey": yandexLastUse("iam/v1/apiKeys"),
  "aws:AccessKey": awsLastUse,
};

for (const [kind, lastUseOf] of Object.entries(lastUse) as [keyof typeof lastUse, typeof awsLastUse][]) {
  test(`the last use of a ${kind} is told late, and each in its turn`, async (t) => {
    const clock = manualClock();
    const iam = await startForTest(t, { now: clock.now, consistency: { usesHiddenMs: 5 * minute } });
    const { id, use } = await keysInUse[kind](t, iam);
    const told = () => lastUseOf(t, iam, id);
    const useNow = async () => {
      assert.equal(await use(clock.now()), true);
      const at = clock.now().toISOString();
      assert.equal(iam.keys().find((key) => key.id === id)?.lastUsedAt, at, "a test sees it at once");
      return at.replace(".000Z", "Z");
    };

    const first = await useNow();
    assert.equal(await told(), undefined);
    clock.advance(3 * minute);
    const second = await useNow();
    clock.advance(2 * minute);
    assert.equal(await told(), first);
    iam.setConsistency({});
    assert.equal(await told(), first, "the second was to be late");
    clock.advance(3 * minute);
    assert.equal(await told(), second);
    const third = await useNow();
    assert.equal(await told(), third);
  });
}
