import assert from "node:assert/strict";
import { test } from "node:test";
import pMap from "p-map";
import { type LocalIam, startLocalIam } from "../../local/iam/index.ts";
import { awsAccessKey } from "../../provider/kinds/awsAccessKey.ts";
import { ACCESS_KEYS } from "../../provider/kinds/yandexStaticAccessKey.ts";
import { Session } from "../../provider/session.ts";
import { fakePorts } from "../support/fakePorts.ts";

/** As many calls as the engines make at once. */
const AT_ONCE = { concurrency: 16 };
const KEYS = Array.from({ length: 1000 }, (_, index) => index);

/** A server with a limit, and a session that lives by the same clock, which only waiting moves. */
async function withLimit(
  perSecond: number,
  config: Readonly<Record<string, string>>,
  work: (iam: LocalIam, session: Session) => Promise<void>,
): Promise<{ refused: number; sent: number }> {
  const clock = fakePorts();
  const iam = await startLocalIam({ now: () => new Date(clock.time) });
  try {
    iam.limitRate(perSecond);
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = iam.environment;
    const caller = { "aws:accessKey": AWS_ACCESS_KEY_ID, "aws:secretKey": AWS_SECRET_ACCESS_KEY };
    const ports = fakePorts({ config: { ...caller, ...config }, environment: { ...iam.environment } });
    const session = new Session({ ...ports, now: clock.now, sleep: clock.sleep });
    await work(iam, session);
    const refused = iam.requests.filter(({ status }) => status >= 400).length;
    return { refused, sent: iam.requests.length };
  } finally {
    await iam.close();
  }
}

async function makeKeys(iam: LocalIam, session: Session): Promise<void> {
  const make = () => session.yandex.create(ACCESS_KEYS, { serviceAccountId: iam.serviceAccountId });
  await pMap(KEYS, make, AT_ONCE);
  assert.equal(iam.keys().length, KEYS.length);
}

test("with a limit that the server has, too, 1000 keys are made and not one request is refused", async () => {
  const { refused, sent } = await withLimit(50, { "iam-keys:yandexMaxRequestsPerSecond": "50" }, makeKeys);
  assert.deepEqual([refused, sent], [0, KEYS.length]);
});

test("a server whose limit nobody told is found out: of 1000 keys' requests, few are refused", async () => {
  const { refused } = await withLimit(100, {}, makeKeys);
  assert.ok(refused > 0 && refused < KEYS.length / 10, `${refused} were refused`);
});

test("the limit holds for AWS, whichever users the keys are of", async () => {
  const { refused, sent } = await withLimit(
    50,
    { "iam-keys:awsMaxRequestsPerSecond": "50" },
    async (iam, session) => {
      const users = Array.from({ length: 100 }, (_, index) => iam.addUser(`user-${index}`));
      await pMap(users, (userName) => awsAccessKey.create(session, { userName }), AT_ONCE);
    },
  );
  assert.equal(refused, 0);
  assert.ok(sent >= 200);
});

test("AWS's answer that requests come too fast slows all of them down", async () => {
  const { refused } = await withLimit(10, {}, async (iam, session) => {
    const users = Array.from({ length: 40 }, (_, index) => iam.addUser(`user-${index}`));
    await pMap(users, (userName) => awsAccessKey.create(session, { userName }), AT_ONCE);
    assert.equal(iam.keys().length, users.length);
  });
  assert.ok(refused > 0 && refused <= 40, `${refused} were refused`);
});
