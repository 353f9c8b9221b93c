import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ACCESS_KEYS } from "../../provider/kinds/yandexStaticAccessKey.ts";
import { startCallerWorld } from "./callerWorld.ts";

const NAME = "yandex:impersonateServiceAccount";

describe("impersonation", { concurrency: true }, () => {
  test("requests are made in the other account's name", async () => {
    await using world = await startCallerWorld();
    const other = world.iam.addServiceAccount();
    const { api } = world.caller({
      config: { "yandex:serviceAccountKeyFile": JSON.stringify(await world.keyFile()) },
      environment: { YC_IMPERSONATE_SERVICE_ACCOUNT: other },
    });
    await api.create(ACCESS_KEYS, {});
    assert.deepEqual(
      world.iam.keys().flatMap(({ kind, owner }) => (kind === "yandex:StaticAccessKey" ? [owner] : [])),
      [other],
    );
    assert.equal(
      api.caller.needsKey((await world.keyFile()).id),
      true,
      "it is the caller's own key all the same",
    );
  });

  test("a caller who may not is told the role that it lacks", async () => {
    await using world = await startCallerWorld();
    const other = world.iam.addServiceAccount();
    world.iam.setRoles(world.iam.serviceAccountId, []);
    const { api } = world.caller({
      config: { "yandex:serviceAccountKeyFile": JSON.stringify(await world.keyFile()), [NAME]: other },
    });
    await assert.rejects(
      api.caller.token(),
      new RegExp(
        `^IamKeysError: IamToken\\.createForServiceAccount was refused: .*The caller needs the role iam\\.serviceAccounts\\.tokenCreator on service account ${other}\\.$`,
      ),
    );
  });

  test("a ready token that has ended is named, and what it made meanwhile is not", async () => {
    await using world = await startCallerWorld();
    const token = world.iam.issueToken(world.iam.serviceAccountId, { ttlMs: 60_000 });
    const { api } = world.caller({
      config: { "yandex:token": token, [NAME]: world.iam.addServiceAccount() },
    });
    world.time += 61_000;
    await assert.rejects(
      api.caller.token(),
      /\[UNAUTHENTICATED.*check stack config yandex:token\. A refresh/,
    );
  });

  test("an id that is none is refused before any request, and without a way in it is nothing", async () => {
    await using world = await startCallerWorld();
    assert.throws(() => world.caller({ config: { [NAME]: "x".repeat(51) } }), {
      message: `stack config ${NAME} must be the id of a service account. [INVALID_CONFIG] For example ajeabc1d2e3f4g5h6i7j`,
    });
    assert.throws(
      () => world.caller({ config: { [NAME]: world.iam.serviceAccountId } }),
      /\[NO_CREDENTIALS\]/,
    );
    assert.deepEqual(world.operations(), []);
  });
});
