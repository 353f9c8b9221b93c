import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Properties } from "../../provider/kinds/kind.ts";
import { loadLifecycle } from "../../provider/lifecycle/loadLifecycle.ts";
import { Session } from "../../provider/session.ts";
import { UNKNOWN } from "../../provider/unknown.ts";
import { isAccepted } from "../../simulation/consumer.ts";
import { Stack } from "../../simulation/stack.ts";
import { DAY, HOUR, SECOND, startWorld, type World, type WorldOptions } from "../../simulation/world.ts";
import { assertKeys, rotationOf, stampAt, sweepOf } from "./expectations.ts";

interface Replacing {
  readonly type: string;
  readonly ownerOf: (world: World) => string;
  readonly ownerInput: string;
  readonly create: string;
  readonly verify: string;
  readonly delete: string;
  readonly beforeCreate: readonly string[];
  /** What a run asks that makes the key: whether an interrupted one has left keys behind. */
  readonly sweep: readonly string[];
  /** What is asked right before a delete: whether another provider's process has adopted the key. */
  readonly lookAtTag: readonly string[];
}

const KINDS: readonly Replacing[] = [
  {
    type: "yandex:StaticAccessKey",
    ownerOf: (world) => world.iam.serviceAccountId,
    ownerInput: "serviceAccountId",
    create: "AccessKey.create",
    verify: "s3:ListBuckets",
    delete: "AccessKey.delete",
    beforeCreate: [],
    sweep: ["AccessKey.list"],
    lookAtTag: ["AccessKey.list"],
  },
  {
    type: "aws:AccessKey",
    ownerOf: (world) => world.iam.userName,
    ownerInput: "userName",
    create: "aws:CreateAccessKey",
    verify: "aws:GetCallerIdentity",
    delete: "aws:DeleteAccessKey",
    beforeCreate: [],
    sweep: [],
    lookAtTag: [],
  },
];

for (const kind of KINDS) {
  async function begin(news: Properties, options?: WorldOptions) {
    const world = await startWorld(options);
    const owner = kind.ownerOf(world);
    const stack = new Stack(world, kind.type);
    const run = (change: Properties = {}) => stack.run({ [kind.ownerInput]: owner, ...news, ...change });
    const begun = Date.now();
    const created = await run();
    return {
      world,
      owner,
      stack,
      run,
      begun,
      created,
      [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
    };
  }

  describe(`a rotated ${kind.type}`, () => {
    test("before it is due, nothing is done and nothing asked", async () => {
      await using s = await begin({ rotate: { every: "30d" } });
      // A first key takes nobody's place: it is not on trial.
      const made = rotationOf(kind).filter((operation) => !operation.endsWith(".update"));
      assert.deepEqual(s.created.operations, [...made, ...kind.sweep]);
      const { inputs, outputs } = s.stack.stored ?? assert.fail();
      assert.equal(outputs.rotatesAt, stampAt(s.begun + 30 * DAY));
      for (const moment of [DAY, 29 * DAY, 30 * DAY - SECOND, 10 * DAY]) {
        s.world.advance(s.begun + moment - Date.now());
        assert.deepEqual(await s.run(), { did: "nothing", because: [], operations: [], warnings: [] });
      }
      assert.deepEqual(s.stack.stored?.inputs, inputs);
      assert.deepEqual(s.world.told, []);
    });

    test("when it is due it is replaced, once, and rotatesAt is the reason and moves", async () => {
      await using s = await begin({ rotate: { every: "30d" } });
      const before = s.stack.stored ?? assert.fail();
      s.world.advance(30 * DAY);
      const due = Date.now();
      const run = await s.run();
      assert.equal(run.did, "replace");
      assert.ok(run.because.includes("rotatesAt"));
      assert.deepEqual(run.operations, [...rotationOf(kind), ...kind.sweep, ...kind.lookAtTag, kind.delete]);
      assert.notEqual(s.stack.stored?.id, before.id);
      assert.equal(s.stack.stored?.outputs.rotatesAt, stampAt(due + 30 * DAY));
      assertKeys(s.world, s.owner, [s.stack.stored?.id]);
      assert.equal((await s.run()).did, "nothing");
      s.world.advance(DAY);
      assert.equal((await s.run()).did, "nothing");
    });

    test("a run that failed rotates in the next one", async () => {
      await using s = await begin({ rotate: { every: "30d" } });
      const before = s.stack.stored;
      s.world.advance(31 * DAY);
      s.world.iam.fail({ operation: kind.create, fault: { status: 403 } });
      assert.match(String((await s.run()).error), /403/);
      assert.deepEqual(s.stack.stored, before);
      assert.equal((await s.run()).did, "replace");
      assertKeys(s.world, s.owner, [s.stack.stored?.id]);
    });

    test("a policy added later counts from the key's creation", async () => {
      await using s = await begin({});
      s.world.advance(20 * DAY);
      const added = await s.run({ rotate: { every: "30d" } });
      assert.deepEqual([added.did, added.operations], ["update", sweepOf(kind)]);
      s.world.advance(s.begun + 30 * DAY - SECOND - Date.now());
      assert.equal((await s.run({ rotate: { every: "30d" } })).did, "nothing");
      s.world.advance(SECOND);
      assert.equal((await s.run({ rotate: { every: "30d" } })).did, "replace");
    });

    test("paused it stays and says since when it is overdue; keepers still replace it", async () => {
      const rotate = { every: "30d", paused: true };
      await using s = await begin({ rotate });
      const due = String(s.stack.stored?.outputs.rotatesAt).slice(0, 16).replace("T", " ");
      s.world.advance(40 * DAY);
      const run = await s.run();
      assert.deepEqual([run.did, run.operations], ["nothing", []]);
      assert.equal(run.warnings.length, 1);
      assert.ok(run.warnings[0]?.includes("uploads") && run.warnings[0].includes(due), run.warnings[0]);
      assert.match(String(run.warnings[0]), /paused/);
      const kept = await s.run({ keepers: { generation: "2" } });
      assert.equal(kept.did, "replace");
      assertKeys(s.world, s.owner, [s.stack.stored?.id]);
    });

    test("outside its window it waits and says so", async () => {
      const rotate = { every: "1d", window: { hours: "02:00-04:00", timeZone: "UTC" } };
      await using s = await begin({ rotate });
      const toNight = () => DAY - ((Date.now() - 3 * HOUR) % DAY);
      s.world.advance(DAY + toNight() + 5 * HOUR);
      const waits = await s.run();
      assert.equal(waits.did, "nothing");
      assert.match(String(waits.warnings), /: held by its window until .* due since /);
      s.world.advance(toNight());
      const rotates = await s.run();
      assert.deepEqual([rotates.did, rotates.warnings], ["replace", []]);
    });

    test("a preview that does not know the policy yet decides nothing by it", async () => {
      await using s = await begin({ rotate: { every: "1d" } });
      s.world.advance(DAY);
      const window = { timeZone: UNKNOWN };
      for (const rotate of [
        UNKNOWN,
        { every: UNKNOWN },
        { every: "1d", window },
        { every: "1d", paused: UNKNOWN },
      ]) {
        const lifecycle = await loadLifecycle(kind.type, new Session(s.world.ports));
        const olds = s.stack.stored?.inputs ?? {};
        const { inputs, problems } = await lifecycle.check(olds, {
          ...olds,
          rotate,
        });
        assert.deepEqual(problems, []);
        const { id = "", outputs = {} } = s.stack.stored ?? {};
        assert.deepEqual((await lifecycle.diff(id, outputs, inputs)).replaces, []);
        assert.deepEqual([s.world.warnings, s.world.told], [[], []]);
      }
    });

    test("an order to rotate now replaces it once, if it is meant", async () => {
      await using s = await begin({});
      s.world.advance(HOUR);
      s.world.config["iam-keys:rotateNow"] = "incident-1:other,ci-*";
      assert.equal((await s.run()).did, "nothing");
      s.world.config["iam-keys:rotateNow"] = "incident-2:up*";
      const run = await s.run();
      assert.equal(run.did, "replace");
      assert.ok(run.because.includes("rotateNow"));
      s.world.advance(HOUR);
      assert.equal((await s.run()).did, "nothing");
      delete s.world.config["iam-keys:rotateNow"];
      assert.equal((await s.run()).did, "nothing");
      s.world.config["iam-keys:rotateNow"] = "no order";
      assert.match(String((await s.run()).error), /iam-keys:rotateNow/);
    });

    test("an order that was carried out is none after another one, nor after a rotation by age", async () => {
      await using s = await begin({ rotate: { every: "30d" } });
      const orders = ["leak-1:uploads", "leak-2:uploads"];
      const ordered = async () => {
        const did: string[] = [];
        for (const order of orders) {
          s.world.config["iam-keys:rotateNow"] = order;
          did.push((await s.run()).did);
        }
        delete s.world.config["iam-keys:rotateNow"];
        return did;
      };
      assert.deepEqual(await ordered(), ["replace", "replace"]);
      assert.deepEqual(await ordered(), ["nothing", "nothing"]);
      s.world.advance(30 * DAY);
      assert.equal((await s.run()).did, "replace");
      assert.deepEqual(await ordered(), ["nothing", "nothing"]);
    });

    test("a new key is tried until it is known, before the old one goes", async () => {
      await using s = await begin({ rotate: { every: "30d" } }, { propagationMs: 20 * SECOND });
      const tries = s.created.operations.filter((operation) => operation === kind.verify);
      assert.ok(tries.length > 2 && tries.length < 20, `${tries.length} tries`);
      const { id, outputs } = s.stack.stored ?? assert.fail();
      assert.equal(await isAccepted(s.world, id, outputs), true);
      s.world.advance(30 * DAY);
      const run = await s.run();
      const trials = run.operations.filter((operation) => operation === kind.verify);
      assert.ok(trials.length > 2 && trials.length < 20, `${trials.length} tries`);
      const last = [
        ...rotationOf(kind).slice(rotationOf(kind).indexOf(kind.verify)),
        ...kind.sweep,
        ...kind.lookAtTag,
        kind.delete,
      ];
      assert.deepEqual(run.operations.slice(-last.length), last);
    });

    test("a key that never works is deleted again, and the old one stays", async () => {
      await using s = await begin({ rotate: { every: "30d" } });
      const before = s.stack.stored ?? assert.fail();
      s.world.advance(30 * DAY);
      const code = kind.verify.startsWith("s3") ? "InvalidAccessKeyId" : "InvalidClientTokenId";
      s.world.iam.fail({ operation: kind.verify, times: 1000, fault: { status: 403, code } });
      const started = Date.now();
      const run = await s.run();
      assert.ok(Date.now() - started <= 60 * SECOND && Date.now() - started > 50 * SECOND);
      assert.match(String(run.error), /did not work within 60 s.*deleted again/);
      assert.deepEqual(s.stack.stored, before);
      assert.ok(run.operations.includes(kind.delete));
      assertKeys(s.world, s.owner, [before.id]);
      s.world.iam.clearFaults();
      assert.equal(await isAccepted(s.world, before.id, before.outputs), true);
      assert.equal((await s.run()).did, "replace");
      assertKeys(s.world, s.owner, [s.stack.stored?.id]);
    });

    test("verify.timeout says how long it is tried", async () => {
      await using s = await begin({ verify: { timeout: "5m" } }, { propagationMs: 200 * SECOND });
      assert.equal(s.created.error, undefined);
      await using short = await begin({ verify: { timeout: "10s" } }, { propagationMs: 200 * SECOND });
      assert.match(String(short.created.error), /did not work within 10 s/);
      assertKeys(short.world, short.owner, []);
    });

    test("verify: false asks for nothing more than the key", async () => {
      await using s = await begin({ verify: false }, { propagationMs: 200 * SECOND });
      const made = rotationOf(kind).slice(0, rotationOf(kind).indexOf(kind.verify));
      assert.deepEqual(s.created.operations, [...made, ...kind.sweep]);
    });

    test("a useless key that cannot be deleted is kept in the state, and replaced by the next run", async () => {
      await using s = await begin({ rotate: { every: "30d" } });
      const before = s.stack.stored ?? assert.fail();
      s.world.advance(30 * DAY);
      const code = kind.verify.startsWith("s3") ? "InvalidAccessKeyId" : "InvalidClientTokenId";
      s.world.iam.fail({ operation: kind.verify, times: 1000, fault: { status: 403, code } });
      s.world.iam.fail({ operation: kind.delete, fault: { status: 403, code: "AccessDenied" } });
      const failed = await s.run();
      assert.equal(failed.error?.name, "PartialFailure");
      assert.match(String(failed.error), /could not be deleted/);
      const leftOver = s.stack.stored ?? assert.fail();
      assert.notEqual(leftOver.id, before.id);
      assert.equal(leftOver.outputs.secretAccessKey, undefined);
      assertKeys(s.world, s.owner, [before.id, leftOver.id]);
      s.world.iam.clearFaults();
      assert.equal(await isAccepted(s.world, before.id, before.outputs), true);
      // It goes before another key is made: AWS has room for two alone, and the other one is in use.
      await s.stack.refresh();
      const mended = await s.run();
      assert.deepEqual([mended.did, mended.error], ["replace", undefined]);
      assert.ok(mended.because.includes("secretAccessKey"));
      assertKeys(s.world, s.owner, [s.stack.stored?.id]);
    });
  });
}
