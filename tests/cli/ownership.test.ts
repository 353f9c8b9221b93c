import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { yandex } from "pulumi-iam-keys";
import { type Program, Stand } from "./support/stand.ts";

/** A key, and another one that takes its id: it changes over in an update of its description. */
const withDependent =
  (serviceAccountId: string, generation = "1"): Program =>
  () => {
    const key = new yandex.StaticAccessKey("key", { serviceAccountId, keepers: { generation } });
    new yandex.StaticAccessKey("dependent", { serviceAccountId, description: key.id });
  };

/** The changes that the server saw since then, with the creates' keys left out: nobody knows their ids before. */
function changesSince(stand: Stand, first: number): string[] {
  return stand.iam.requests
    .slice(first)
    .filter(({ method, path }) => method !== "GET" && path.includes("/accessKeys"))
    .map(({ operation, path }) => [operation, path.split("/accessKeys/")[1]].filter(Boolean).join(" "));
}

const urnOf = (name: string, project = "things", stack = "dev") =>
  `urn:pulumi:${stack}::${project}::pulumi-nodejs:dynamic/iam-keys/yandex:StaticAccessKey::${name}`;

describe("the key that a new one replaces goes after its consumers have changed over", {
  concurrency: 2,
}, () => {
  const ways: Readonly<Record<string, (stand: Stand) => Promise<unknown>>> = {
    "up --replace": ({ stack }) => stack.up({ replace: [urnOf("key")] }),
    "state taint": async ({ stack }) => {
      await stack.pulumi("state", "taint", urnOf("key"), "--yes");
      await stack.up();
    },
    "a changed keeper": async (stand) => {
      stand.become(withDependent(stand.serviceAccountId, "2"));
      await stand.stack.up();
    },
  };
  for (const [way, replace] of Object.entries(ways)) {
    test(way, async () => {
      await using stand = await Stand.create(withDependent);
      const { stack, iam } = stand;
      await stack.up();
      const [old, dependent] = [(await stack.resource("key")).id, (await stack.resource("dependent")).id];
      const first = iam.requests.length;
      await replace(stand);
      const made = (await stack.resource("key")).id;
      assert.notEqual(made, old);
      const changes = changesSince(stand, first);
      assert.equal(changes.filter((change) => change === "AccessKey.create").length, 1, String(changes));
      const at = (change: string) => changes.indexOf(change);
      const [changedOver, deleted] = [at(`AccessKey.update ${dependent}`), at(`AccessKey.delete ${old}`)];
      assert.ok(0 < changedOver && changedOver < deleted, String(changes));
      assert.deepEqual(stand.ids().sort(), [made, dependent].sort());
    });
  }

  test("also where the dependent could not change over: the old key stays until it has", async () => {
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
    await stand.stack.up({ replace: [urnOf("plain")] });
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
