import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { yandex } from "./support/classes.ts";
import type { CliStack } from "./support/cliStack.ts";
import { type Program, Stand } from "./support/stand.ts";

const HOUR = 3600_000;
const DAY = 24 * HOUR;

interface Settings {
  readonly generation?: string;
  readonly every?: string;
  readonly overlap?: string;
}

/** A plain key and a rotating one, with the same policy. */
const pair =
  (serviceAccountId: string, settings: Settings = {}): Program =>
  () => {
    const { generation = "1", every = "30d", overlap = "7d" } = settings;
    const args = { serviceAccountId, keepers: { generation }, rotate: { every } };
    new yandex.StaticAccessKey("plain", args);
    new yandex.RotatingStaticAccessKey("rotating", { ...args, overlap });
  };

/** What the provider says in a preview about keys, with moments and ids left out. */
async function said(stack: CliStack): Promise<string[]> {
  let printed = "";
  await stack.preview({
    color: "never",
    onOutput: (text) => {
      printed += text;
    },
  });
  // Of what is printed twice, the list at the end.
  const lines = printed.matchAll(/^ {4}((?:warning: )?[\w-]+ \((?:yandex|aws):\w+\): .+)$/gm);
  return [...lines]
    .map(([, line = ""]) => line.replace(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, "…").replace(/\baje\w+/g, "KEY"))
    .toSorted();
}

/** Makes a plan of what is to happen, and carries it out an hour later. */
async function planAndUp({ stack, clock }: Stand): Promise<void> {
  const plan = stack.file("plan.json");
  await stack.preview({ plan });
  clock.advance(HOUR);
  await stack.up({ plan });
}

describe("an update plan is kept to, though it is carried out later", { concurrency: 2 }, () => {
  test("for new keys, and for keys that stay", async () => {
    await using stand = await Stand.create(pair);
    await planAndUp(stand);
    const ids = stand.ids();
    assert.equal(ids.length, 2);
    const { inputs } = await stand.stack.resource("rotating");
    const ofProgram = Object.keys(inputs ?? {}).filter((name) => name !== "__provider");
    assert.deepEqual(ofProgram.toSorted(), ["keepers", "overlap", "owner", "rotate", "serviceAccountId"]);
    await planAndUp(stand);
    assert.deepEqual(stand.ids(), ids);
  });

  test("for keys in a component, beside other resources, on an account that a resource gives", async () => {
    await using stand = await Stand.create((serviceAccountId) => () => {
      class Storage extends pulumi.ComponentResource {
        constructor(name: string, account: pulumi.Input<string>) {
          super("test:Storage", name);
          const args = { serviceAccountId: account, rotate: { every: "30d" } };
          new yandex.StaticAccessKey("plain", args, { parent: this });
          new yandex.RotatingStaticAccessKey("rotating", { ...args, overlap: "7d" }, { parent: this });
        }
      }
      const first = new yandex.ServiceAccountKey("first", { serviceAccountId });
      new Storage(
        "storage",
        first.serviceAccountId.apply((account = "") => account),
      );
      new yandex.ServiceAccountKey("beside", { serviceAccountId, description: first.id });
    });
    await planAndUp(stand);
    const ids = stand.ids();
    assert.equal(ids.length, 4);
    await planAndUp(stand);
    assert.deepEqual(stand.ids(), ids);
    stand.clock.advance(30 * DAY);
    await planAndUp(stand);
    // The plain one is replaced, the rotating one has two, the others stay.
    assert.equal(stand.ids().length, 5);
    assert.equal(stand.ids().filter((id) => ids.includes(id)).length, 3);
    assert.deepEqual(await stand.stack.up({ expectNoChanges: true }), {});
  });

  test("for replacements, for keys that are due, and for an order", async () => {
    await using stand = await Stand.create(pair);
    const { stack, clock, serviceAccountId } = stand;
    await stack.up();
    const [plain, rotating] = await Promise.all(
      ["plain", "rotating"].map(async (name) => (await stack.resource(name)).id),
    );
    const held = () => stand.owners();
    const of = (name: string) => held()[`things/dev/${name}`] ?? [];
    let before = [...of("plain"), ...of("rotating")];
    const assertNew = (previous: readonly string[]) => {
      const [currentOfPlain, ...others] = of("plain");
      const [, currentOfRotating, ...more] = of("rotating");
      assert.deepEqual([...others, ...more], []);
      for (const id of [currentOfPlain, currentOfRotating])
        assert.ok(id !== undefined && !previous.includes(id), String(id));
    };

    stand.become(pair(serviceAccountId, { generation: "2" }));
    await planAndUp(stand);
    assertNew(before);
    assert.notEqual((await stack.resource("plain")).id, plain);
    assert.equal((await stack.resource("rotating")).id, rotating);

    before = stand.ids();
    clock.advance(31 * DAY);
    await planAndUp(stand);
    assertNew(before);

    before = stand.ids();
    await stack.pulumi("config", "set", "iam-keys:rotateNow", "incident-1:*");
    await planAndUp(stand);
    assertNew(before);
    assert.deepEqual(await stack.up({ expectNoChanges: true }), {});
  });

  test("one that was made before a key is due, and is carried out after that, is refused and changes nothing", async () => {
    await using stand = await Stand.create(pair);
    const { stack, clock } = stand;
    await stack.up();
    const ids = stand.ids();
    const plan = stack.file("plan.json");
    clock.advance(29 * DAY);
    await stack.preview({ plan });
    clock.advance(2 * DAY);
    await assert.rejects(stack.up({ plan }), /not allowed by the plan: this resource is constrained to same/);
    assert.deepEqual(stand.ids(), ids);
    await planAndUp(stand);
    assert.equal(stand.ids().length, 3);
  });

  test("one that is to retire a previous key also makes the new key that became due since", async () => {
    await using stand = await Stand.create((serviceAccountId) => () => {
      new yandex.RotatingStaticAccessKey("uploads", {
        serviceAccountId,
        rotate: { every: "30d" },
        overlap: "7d",
      });
    });
    const { stack, clock } = stand;
    await stack.up();
    clock.advance(31 * DAY);
    await stack.up();
    const [first, second] = stand.ids();
    clock.advance(8 * DAY);
    const plan = stack.file("plan.json");
    await stack.preview({ plan });
    clock.advance(25 * DAY);
    await stack.up({ plan });
    assert.equal(stand.ids().length, 2);
    assert.deepEqual([stand.ids()[0], stand.ids().includes(first ?? "")], [second, false]);
  });
});

describe("what a run is to do to keys is said in words", { concurrency: 2 }, () => {
  test("of those that are new, replaced, ordered, retired or under another policy, and of no others", async () => {
    await using stand = await Stand.create(pair);
    const { stack, clock, serviceAccountId } = stand;
    await stack.up();
    assert.deepEqual(await said(stack), []);

    stand.become(pair(serviceAccountId, { every: "60d" }));
    const policy = "policy changed; next rotation …; no new key.";
    assert.deepEqual(await said(stack), [
      `plain (yandex:StaticAccessKey): ${policy}`,
      `rotating (yandex:RotatingStaticAccessKey): ${policy}`,
    ]);
    stand.become(pair(serviceAccountId));

    clock.advance(31 * DAY);
    const due = "new key: due since … (every 30d)";
    assert.deepEqual(await said(stack), [
      `plain (yandex:StaticAccessKey): ${due}; it takes the place of KEY.`,
      `rotating (yandex:RotatingStaticAccessKey): ${due}; KEY keeps working until ….`,
    ]);
    await stack.up();
    assert.deepEqual(await said(stack), []);

    clock.advance(8 * DAY);
    const previous = "its previous key KEY will be deleted: its overlap is over.";
    assert.deepEqual(await said(stack), [`warning: rotating (yandex:RotatingStaticAccessKey): ${previous}`]);

    await stack.pulumi("config", "set", "iam-keys:rotateNow", "incident-1:plain");
    stand.become(pair(serviceAccountId, { generation: "2" }));
    const [ordered, changed] = await said(stack);
    assert.equal(
      ordered,
      "plain (yandex:StaticAccessKey): new key: ordered by iam-keys:rotateNow (incident-1) and keepers changed; it takes the place of KEY.",
    );
    assert.match(String(changed), /^rotating .*: new key: keepers changed; KEY keeps working until …\.$/);
  });
});

test("a refresh that runs the program finds no difference in keys that stay, however late it comes", async () => {
  await using stand = await Stand.create(pair);
  const { stack, clock } = stand;
  await stack.up();
  clock.advance(10 * DAY);
  assert.deepEqual(await stack.refresh({ runProgram: true, expectNoChanges: true }), {});
  assert.deepEqual(await stack.preview({ refresh: true, expectNoChanges: true }), {});
});
