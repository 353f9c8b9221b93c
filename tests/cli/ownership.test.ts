import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { yandex } from "./support/classes.ts";
import { type Program, Stand } from "./support/stand.ts";

/** A key, and another one that takes its id: it changes over in an update of its description. */
const withDependent =
  (serviceAccountId: string, generation = "1"): Program =>
  () => {
    const key = new yandex.StaticAccessKey("key", { serviceAccountId, keepers: { generation } });
    new yandex.StaticAccessKey("dependent", { serviceAccountId, description: key.id });
  };

test("a key whose dependent could not change over to the next one stays until it has", async () => {
  await using stand = await Stand.create(withDependent);
  const { stack, iam, serviceAccountId } = stand;
  await stack.up();
  const [old, dependent] = [(await stack.resource("key")).id, (await stack.resource("dependent")).id];
  stand.become(withDependent(serviceAccountId, "2"));
  iam.fail({ operation: "AccessKey.update", times: 20, skip: 1, fault: { status: 403 } });
  await assert.rejects(stack.up());
  assert.ok(stand.ids().includes(old ?? ""), "the dependent still has it");
  iam.clearFaults();
  await stack.up();
  assert.deepEqual(stand.ids().sort(), [(await stack.resource("key")).id, dependent].sort());
});

test("up, destroy, up makes each key once", async () => {
  await using stand = await Stand.create((serviceAccountId) => () => {
    new yandex.StaticAccessKey("plain", { serviceAccountId });
    new yandex.RotatingServiceAccountKey("rotating", { serviceAccountId });
  });
  const { stack, iam } = stand;
  for (const creates of [2, 4]) {
    await stack.up();
    assert.equal(stand.ids().length, 2);
    assert.equal(iam.requests.filter(({ operation }) => operation.endsWith("Key.create")).length, creates);
    await stack.destroy();
    assert.deepEqual(stand.ids(), []);
  }
});

describe("a delivery stays with its key", { concurrency: 2 }, () => {
  const delivering =
    (secretId: string) =>
    (serviceAccountId: string, generation = "1"): Program =>
    () => {
      const outputToLockbox = { secretId, entryForSecretAccessKey: "secret" };
      const args = { serviceAccountId, keepers: { generation }, outputToLockbox };
      const plain = new yandex.StaticAccessKey("plain", args);
      return { secretId, version: plain.lockboxVersionId };
    };

  async function begin() {
    const stand = await Stand.create(() => () => {});
    const program = delivering(stand.iam.addLockboxSecret());
    stand.become(program(stand.serviceAccountId));
    await stand.stack.up();
    return { stand, program };
  }

  async function statusOf({ stack, iam }: Stand): Promise<string | undefined> {
    const { version, secretId } = await stack.outputs();
    const answer = await fetch(`${iam.url}/lockbox/v1/secrets/${secretId}/versions`, {
      headers: { authorization: `Bearer ${iam.environment.YC_TOKEN}` },
    });
    const { versions } = (await answer.json()) as { versions: { id: string; status: string }[] };
    return versions.find(({ id }) => id === version)?.status;
  }

  test("the new key's version can be read after up --replace", async () => {
    const { stand } = await begin();
    await using _ = stand;
    const { version: before } = await stand.stack.outputs();
    await stand.stack.up({ replace: [(await stand.stack.resource("plain")).urn] });
    assert.notEqual((await stand.stack.outputs()).version, before);
    assert.equal(await statusOf(stand), "ACTIVE");
  });

  test("and where somebody has it destroyed, a refresh notices and the next run delivers anew", async () => {
    const { stand } = await begin();
    await using _ = stand;
    const { version } = await stand.stack.outputs();
    stand.iam.scheduleVersionDestruction(String(version));
    assert.deepEqual(await stand.stack.up({ expectNoChanges: true }), {});
    await stand.stack.refresh();
    assert.deepEqual(await stand.stack.up(), { replace: 1 });
    assert.equal(await statusOf(stand), "ACTIVE");
    assert.deepEqual(await stand.stack.up({ expectNoChanges: true }), {});
  });
});
