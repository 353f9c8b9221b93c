import assert from "node:assert/strict";
import { test } from "node:test";
import { startForTest, yandex } from "./startForTest.ts";
import type { YandexBody } from "./yandexBody.ts";

const accessKeys = "iam/aws-compatibility/v1/accessKeys";

test("a list of several pages holds every key of the account once, in the order of creation", async (t) => {
  const iam = await startForTest(t);
  const api = yandex(iam);
  const accounts = [iam.serviceAccountId, iam.addServiceAccount()];
  const made: string[][] = [[], []];
  for (let index = 0; index < 330; index += 1) {
    const json = { serviceAccountId: accounts[index % 2] };
    made[index % 2]?.push((await api.post<YandexBody>(accessKeys, { json })).body.accessKey.id);
  }
  for (const [index, serviceAccountId] of accounts.entries()) {
    const pages: string[][] = [];
    let pageToken: string | undefined = "";
    while (pageToken !== undefined) {
      const body: YandexBody = await api
        .get(accessKeys, { searchParams: { serviceAccountId, pageToken } })
        .json();
      pages.push(body.accessKeys.map(({ id }) => id));
      pageToken = body.nextPageToken;
    }
    assert.deepEqual(
      pages.map(({ length }) => length),
      [100, 65],
      "a page holds 100 unless another size is asked for",
    );
    assert.deepEqual(pages.flat(), made[index]);
    const whole = await api.get<YandexBody>(accessKeys, {
      searchParams: { serviceAccountId, pageSize: 1000 },
    });
    assert.deepEqual(
      whole.body.accessKeys.map(({ id }) => id),
      made[index],
    );
    assert.equal(whole.body.nextPageToken, undefined);
  }
});

test("a pool of RSA keys is handed out again and again, under ids of their own", async (t) => {
  const iam = await startForTest(t, { rsaKeyPool: 2 });
  const files = await Promise.all(
    Array.from({ length: 6 }, () => iam.serviceAccountKeyFile(iam.serviceAccountId)),
  );
  assert.equal(new Set(files.map(({ id }) => id)).size, 6);
  assert.equal(new Set(files.map(({ public_key }) => public_key)).size, 2);

  const own = await startForTest(t);
  const [one, other] = [
    await own.serviceAccountKeyFile(own.serviceAccountId),
    await own.serviceAccountKeyFile(own.serviceAccountId),
  ];
  assert.notEqual(one.public_key, other.public_key);
});
