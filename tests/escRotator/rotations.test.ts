import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, test } from "node:test";
import type { Properties } from "../../provider/kinds/kind.ts";
import { isAccepted } from "../../simulation/consumer.ts";
import type { World } from "../../simulation/world.ts";
import { RotatorWorld } from "./support/rotatorWorld.ts";

interface RotatableKind {
  readonly request: (world: RotatorWorld) => Properties;
  readonly account: (world: RotatorWorld) => string;
  /** What those who use the key take from the environment. */
  readonly fields: readonly string[];
}

const serviceAccount = ({ iam }: RotatorWorld) => iam.serviceAccountId;
const YANDEX_KINDS: [string, readonly string[]][] = [
  ["yandex:StaticAccessKey", ["accessKeyId", "secretAccessKey"]],
  ["yandex:ServiceAccountKey", ["keyId", "privateKey", "publicKey"]],
  ["yandex:ApiKey", ["keyId", "secret"]],
];
const KINDS: Record<string, RotatableKind> = {
  ...Object.fromEntries(
    YANDEX_KINDS.map(([kind, fields]) => [
      kind,
      {
        request: ({ iam }) => ({ kind, name: "key", serviceAccountId: iam.serviceAccountId }),
        account: serviceAccount,
        fields,
      } satisfies RotatableKind,
    ]),
  ),
  "aws:AccessKey": {
    request: (world) => world.awsKey,
    account: ({ iam }) => iam.userName,
    fields: ["accessKeyId", "secretAccessKey"],
  },
};

/** Whether the key works for what it is for; an API key is not tried by anybody here. */
async function works(world: RotatorWorld, key: Properties): Promise<boolean> {
  if (typeof key.secret === "string") return true;
  const isAws = key.userName !== undefined;
  const { accessKeyId: _, ...rest } = key;
  return isAccepted({ iam: world.iam } as World, String(key.id), isAws ? rest : key);
}

for (const [type, kind] of Object.entries(KINDS)) {
  test(`${type}: four rotations, of which each keeps the key that was current and deletes the one before`, async (t) => {
    const world = await RotatorWorld.start(t);
    const [request, account] = [kind.request(world), kind.account(world)];
    const first = await world.rotate(request, null);
    for (const field of kind.fields) assert.equal(typeof first[field], "string", field);
    assert.equal(first.previous, undefined);
    world.assertKeys([first.id], account);
    assert.ok(await works(world, first));

    let state: Properties = first;
    for (let rotation = 2; rotation <= 4; rotation++) {
      const next = await world.rotate(request, state);
      assert.equal(next.previous?.id, state.id);
      assert.deepEqual({ ...next.previous, replacedAt: "" }, { ...keyOf(state), replacedAt: "" });
      world.assertKeys([next.id, String(state.id)], account);
      assert.ok((await works(world, next)) && (await works(world, next.previous ?? {})));
      assert.ok(Date.parse(String(next.rotatedAt)) >= Date.parse(String(state.rotatedAt)));
      state = next;
    }
    world.assertSilent();
  });
}

const keyOf = ({ previous: _, rotation: __, rotatedAt: ___, ...key }: Properties) => key;

describe("a rotation", () => {
  test("is answered as JSON, once asked for as the documentation shows it", async (t) => {
    const world = await RotatorWorld.start(t);
    const body = JSON.stringify({ request: world.staticKey, state: null }, null, 2);
    const response = await fetch(world.address, {
      method: "POST",
      headers: {
        authorization: `Bearer ${await world.token(body)}`,
        "content-type": "application/json; charset=utf-8",
      },
      body,
    });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("content-type"), "application/json");
    assert.equal(response.headers.get("cache-control"), "no-store");
    const { id, serviceAccountId, rotatedAt } = (await response.json()) as Properties;
    assert.equal(serviceAccountId, world.iam.serviceAccountId);
    assert.ok(!Number.isNaN(Date.parse(String(rotatedAt))));
    const made = world.iam.keys().find((key) => key.id === id);
    assert.match(
      String(made?.description),
      /^rotating:\[pulumi esc:acme-corp\/default\/prod\/uploads #\w{8}\.1\]$/,
    );
  });

  test("touches no key but those of its state", async (t) => {
    const world = await RotatorWorld.start(t);
    const stranger = await world.rotate({ ...world.staticKey, name: "of-others" }, null);
    const hand = (await world.rotate({ ...world.staticKey, tagDescription: false, name: "untagged" }, null))
      .id;
    let state = await world.rotate(world.staticKey, null);
    for (let rotation = 0; rotation < 3; rotation++) state = await world.rotate(world.staticKey, state);
    world.assertKeys([stranger.id, hand, state.id, String(state.previous?.id)]);
  });

  test("takes arguments of the kind, changed ones at the next rotation", async (t) => {
    const world = await RotatorWorld.start(t);
    const request = { ...world.staticKey, description: "uploads" };
    const first = await world.rotate(request, null);
    assert.equal(first.description, "uploads");
    const second = await world.rotate({ ...request, description: "to the bucket" }, first);
    assert.equal(second.description, "to the bucket");
    assert.equal(second.previous?.description, "uploads");
  });

  test("goes on with a key that somebody made by hand and put into the state", async (t) => {
    const world = await RotatorWorld.start(t);
    const { id } = await world.iam.serviceAccountKeyFile(world.iam.serviceAccountId);
    const request = { ...world.staticKey, kind: "yandex:ServiceAccountKey" };
    const second = await world.rotate(request, { id, rotatedAt: "2025-01-01T00:00:00Z" });
    world.assertKeys([second.id, id]);
    const third = await world.rotate(request, second);
    world.assertKeys([third.id, second.id]);
  });

  test("is audited, with the environment as the owner", async (t) => {
    const folder = await mkdtemp(path.join(tmpdir(), "iam-keys-esc-"));
    t.after(() => rm(folder, { recursive: true }));
    const file = path.join(folder, "audit.log");
    const world = await RotatorWorld.start(t);
    Object.assign(world.ports.environment, { IAM_KEYS_AUDIT_TO: file });
    const first = await world.rotate(world.staticKey, null);
    const second = await world.rotate(world.staticKey, first);
    const third = await world.rotate(world.staticKey, second);
    const log = await readFile(file, "utf8");
    const events = log
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Properties);
    const made = ["created", "verified", "promoted"];
    assert.deepEqual(
      events.map(({ event, keyId }) => `${event} ${keyId}`),
      [
        ...[first, second, third].flatMap(({ id }) => made.map((event) => `${event} ${id}`)),
        `retired ${first.id}`,
      ],
    );
    for (const { owner } of events) assert.equal(owner, "esc:acme-corp/default/prod/uploads");
    world.assertSilent(log);
  });

  test("that finds its keys gone makes a new one, and keeps the previous one where only the current one is gone", async (t) => {
    const world = await RotatorWorld.start(t);
    const first = await world.rotate(world.staticKey, null);
    const second = await world.rotate(world.staticKey, first);
    world.iam.remove(second.id);
    const third = await world.rotate(world.staticKey, second);
    world.assertKeys([third.id, first.id]);
    world.iam.remove(third.id);
    world.iam.remove(first.id);
    const fourth = await world.rotate(world.staticKey, third);
    world.assertKeys([fourth.id]);
  });
});
