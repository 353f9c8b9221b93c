import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Fault } from "../../local/iam/index.ts";
import type { Properties } from "../../provider/kinds/kind.ts";
import { loadLifecycle } from "../../provider/lifecycle/loadLifecycle.ts";
import { Session } from "../../provider/session.ts";
import { isAccepted } from "../../simulation/consumer.ts";
import { type Run, Stack } from "../../simulation/stack.ts";
import { DAY, HOUR, SECOND, startWorld, type World, type WorldOptions } from "../../simulation/world.ts";
import { assertKeys } from "../rotation/expectations.ts";

const OWNER = "project/stack/uploads";

interface Tagged {
  readonly type: string;
  readonly service: "AccessKey" | "Key";
  readonly path: string;
  readonly tag: string;
  /** The ids of the keys that the state holds. */
  readonly idsOf: (stack: Stack) => string[];
  readonly currentOf: (stack: Stack) => Properties;
}

const plain = {
  idsOf: ({ stored }: Stack) => (stored ? [stored.id] : []),
  currentOf: ({ stored }: Stack) => ({ id: stored?.id, ...stored?.outputs }),
};
const rotating = {
  idsOf: ({ stored }: Stack) =>
    [stored?.outputs.current, stored?.outputs.previous].flatMap(
      (key) => ((key as Properties)?.id as string) ?? [],
    ),
  currentOf: ({ stored }: Stack) => stored?.outputs.current as Properties,
};
const ACCESS_KEY = { service: "AccessKey", path: "iam/aws-compatibility/v1/accessKeys" } as const;
const KEY = { service: "Key", path: "iam/v1/keys" } as const;

const KINDS: readonly Tagged[] = [
  { type: "yandex:StaticAccessKey", ...ACCESS_KEY, tag: `[pulumi ${OWNER}]`, ...plain },
  { type: "yandex:RotatingStaticAccessKey", ...ACCESS_KEY, tag: `rotating:[pulumi ${OWNER}]`, ...rotating },
  { type: "yandex:ServiceAccountKey", ...KEY, tag: `[pulumi ${OWNER}]`, ...plain },
  { type: "yandex:RotatingServiceAccountKey", ...KEY, tag: `rotating:[pulumi ${OWNER}]`, ...rotating },
];

for (const kind of KINDS) {
  async function begin(options?: WorldOptions) {
    const world = await startWorld(options);
    const stack = new Stack(world, kind.type);
    const policy = { serviceAccountId: world.iam.serviceAccountId, rotate: { every: "30d" } };
    const run = (change: Properties = {}) => stack.run({ ...policy, ...change });
    /** Nothing is in the world but what the state holds, and that works. */
    const assertSound = async () => {
      assertKeys(world, world.iam.serviceAccountId, kind.idsOf(stack));
      const { id, ...key } = kind.currentOf(stack);
      assert.equal(await isAccepted(world, String(id), key), true);
    };
    return { world, stack, run, assertSound, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
  }
  const create = `${kind.service}.create`;
  const list = `${kind.service}.list`;
  const remove = `${kind.service}.delete`;

  describe(`${kind.type}, when a run is interrupted`, () => {
    for (const what of ["the first key", "a new key"] as const) {
      test(`between making ${what} and the state: the next run ends with what its state says`, async () => {
        await using s = await begin();
        if (what === "a new key") assert.equal((await s.run()).error, undefined);
        const before = s.stack.stored;
        s.world.advance(30 * DAY);
        await s.run();
        const lost = s.world.keysOf(s.world.iam.serviceAccountId).map(({ id }) => id);
        s.stack.stored = before;
        s.stack.pending = [];
        s.world.advance(HOUR);
        assert.equal((await s.run()).error, undefined);
        await s.assertSound();
        assert.ok(lost.some((id) => !kind.idsOf(s.stack).includes(id)));
      });
    }

    for (const honoursIdempotencyKey of [false, true]) {
      const server = honoursIdempotencyKey ? "refuses an" : "ignores the";
      test(`between the first key and the state, and the server ${server} Idempotency-Key that it knows`, async () => {
        await using s = await begin({ honoursIdempotencyKey });
        await s.run();
        const [lost] = kind.idsOf(s.stack);
        s.stack.stored = undefined;
        s.world.advance(HOUR);
        if (honoursIdempotencyKey) s.world.iam.fail({ operation: create, fault: { status: 409 } });
        const { error, warnings } = await s.run();
        assert.equal(error, undefined);
        await s.assertSound();
        assert.match(String(warnings), new RegExp(`key ${lost}, which an interrupted run .* was deleted`));
      });
    }

    test("a run that is done over and over ends with one key more than it began with", async () => {
      await using s = await begin();
      for (let time = 0; time < 4; time++) {
        s.stack.stored = undefined;
        s.world.advance(10 * SECOND);
        assert.equal((await s.run()).error, undefined);
        await s.assertSound();
      }
    });
  });

  describe(`${kind.type}, when the answer to a create says nothing of use`, () => {
    const faults: Readonly<Record<string, Fault>> = {
      "500 before the work": { status: 500 },
      "500 after the work": { status: 500, when: "after" },
      "no JSON": { body: "not JSON" },
      "another shape": { body: '{"surprise":true}' },
    };
    for (const [name, fault] of Object.entries(faults)) {
      for (const times of [1, 100]) {
        test(`${name}, ${times} time(s): no key is left that no state has`, async () => {
          await using s = await begin();
          s.world.iam.fail({ operation: create, times, fault });
          const first = await s.run();
          if (times === 1) assert.equal(first.error, undefined);
          else assert.match(String(first.error), /No key was made|was deleted again/);
          assertKeys(s.world, s.world.iam.serviceAccountId, kind.idsOf(s.stack));
          s.world.iam.clearFaults();
          s.world.advance(HOUR);
          assert.equal((await s.run()).error, undefined);
          await s.assertSound();
        });
      }
    }

    for (const then of ["up", "refresh", "destroy"] as const) {
      test(`and nothing can be found out: the state remembers, and the next ${then} settles it`, async () => {
        await using s = await begin();
        s.world.iam.fail({ operation: create, times: 100, fault: { status: 500, when: "after" } });
        s.world.iam.fail({ operation: list, times: 100, fault: { status: 500 } });
        const failed = await s.run();
        assert.equal(failed.error?.name, "PartialFailure");
        assert.match(
          String(failed.error),
          /It is not known whether a key was made\..*The next run finds out/,
        );
        s.world.iam.clearFaults();
        s.world.advance(HOUR);
        if (then === "destroy") {
          assert.equal((await s.stack.destroy()).error, undefined);
          return assertKeys(s.world, s.world.iam.serviceAccountId, []);
        }
        if (then === "refresh") {
          assert.equal((await s.stack.refresh()).error, undefined);
          const { abandoned = [] } = (s.stack.stored?.outputs ?? {}) as { abandoned?: string[] };
          assert.equal(abandoned.length, 1);
        }
        const { error } = await s.run();
        assert.equal(error, undefined);
        await s.assertSound();
      });
    }

    test("and nothing was made: a refresh finds nothing, and the next run begins anew", async () => {
      await using s = await begin();
      for (const operation of [create, list])
        s.world.iam.fail({ operation, times: 100, fault: { status: 500 } });
      assert.equal((await s.run()).error?.name, "PartialFailure");
      s.world.iam.clearFaults();
      await s.stack.refresh();
      assert.equal(s.stack.stored, undefined);
      assert.equal((await s.run()).did, "create");
      await s.assertSound();
    });

    test("a token that cannot be had is no create of which nobody knows", async () => {
      await using s = await begin();
      const { iam, config } = s.world;
      delete config["yandex:token"];
      const caller = await iam.serviceAccountKeyFile(iam.addServiceAccount());
      config["yandex:serviceAccountKeyFile"] = JSON.stringify(caller);
      iam.fail({ operation: "IamToken.create", times: 100, fault: { status: 500 } });
      const { error, operations } = await s.run();
      assert.doesNotMatch(String(error), /not known/);
      assert.ok(!operations.includes(list));
      assert.equal(s.stack.stored, undefined);
    });
  });

  describe(`${kind.type}, what earlier runs have left behind`, () => {
    /** A key as an interrupted run leaves it. */
    async function leave(world: World, description: string): Promise<string> {
      const answer = await fetch(`${world.iam.url}/${kind.path}`, {
        method: "POST",
        headers: { authorization: `Bearer ${world.iam.environment.YC_TOKEN}` },
        body: JSON.stringify({ serviceAccountId: world.iam.serviceAccountId, description }),
      });
      const reply = (await answer.json()) as Record<string, { id: string }>;
      return (reply.accessKey ?? reply.key ?? assert.fail()).id;
    }

    async function withOrphan(age: "older" | "newer") {
      const s = await begin();
      const orphan = age === "older" ? await leave(s.world, kind.tag) : "";
      s.world.advance(SECOND);
      // The run that makes the key would delete what is older, if it came to see it.
      s.world.iam.fail({ operation: list, fault: { status: 403 } });
      assert.equal((await s.run()).error, undefined);
      s.world.iam.clearFaults();
      s.world.advance(SECOND);
      return { ...s, orphan: orphan || (await leave(s.world, `x ${kind.tag}`)) };
    }

    const assertGone = (world: World, id: string, { operations, warnings }: Run) => {
      assert.ok(operations.includes(remove));
      assert.ok(
        warnings.some((text) => text.includes(id)),
        String(warnings),
      );
      assert.ok(!world.iam.keys().some((key) => key.id === id));
    };

    test("a refresh notices and records it, the preview says so, and the next run deletes it", async () => {
      await using s = await withOrphan("older");
      const refreshed = await s.stack.refresh();
      assert.ok(!refreshed.operations.includes(remove));
      assert.deepEqual(s.stack.stored?.outputs.abandoned, [s.orphan]);
      const run = await s.run();
      assert.ok(run.because.includes("abandoned"));
      assert.ok(run.warnings[0]?.includes(s.orphan), "said before anything is done");
      assertGone(s.world, s.orphan, run);
      assert.equal(s.stack.stored?.outputs.abandoned, undefined);
      assert.equal((await s.run()).did, "nothing");
      await s.assertSound();
    });

    test("an update deletes what is older than its key, and leaves what is newer to its owner", async () => {
      for (const age of ["older", "newer"] as const) {
        await using s = await withOrphan(age);
        const run = await s.run({ description: "changed" });
        if (age === "older") {
          assertGone(s.world, s.orphan, run);
          await s.assertSound();
        } else {
          assert.ok(s.world.iam.keys().some((key) => key.id === s.orphan));
        }
      }
    });

    test("destroy leaves neither", async () => {
      for (const age of ["older", "newer"] as const) {
        await using s = await withOrphan(age);
        assertGone(s.world, s.orphan, await s.stack.destroy());
        assertKeys(s.world, s.world.iam.serviceAccountId, []);
      }
    });

    test("a key with another tag, or none, or in use, is never touched", async () => {
      await using s = await begin();
      const others = [];
      for (const description of [
        "",
        "by hand",
        `[pulumi ${OWNER}2]`,
        "[pulumi other/stack/uploads]",
        `${kind.tag} `,
      ])
        others.push(await leave(s.world, description));
      const before = s.world.iam.keys();
      s.world.advance(SECOND);
      await s.run();
      await s.stack.refresh();
      assert.equal(s.stack.stored?.outputs.abandoned, undefined);
      await s.run({ description: "changed" });
      await s.stack.destroy();
      const live = s.world.iam.keys();
      for (const id of others)
        assert.deepEqual(
          live.find((key) => key.id === id),
          before.find((key) => key.id === id),
        );
    });

    test("without the right to list keys a run does its work, and says what it could not look for", async () => {
      await using s = await withOrphan("older");
      s.world.iam.fail({ operation: list, times: 100, fault: { status: 403 } });
      assert.equal((await s.stack.refresh()).error, undefined);
      const run = await s.run({ description: "changed" });
      assert.equal(run.error, undefined);
      assert.match(String(run.warnings), /not known whether an interrupted run left keys behind: .*403/);
      assert.equal((await s.stack.destroy()).error, undefined);
      assertKeys(s.world, s.world.iam.serviceAccountId, [s.orphan]);
    });

    test("of another resource's it deletes none, also when that has its name and another form", async () => {
      await using s = await begin();
      const other = KINDS.find(({ service, type }) => service === kind.service && type !== kind.type);
      const namesake = new Stack(s.world, other?.type ?? assert.fail());
      const news = { serviceAccountId: s.world.iam.serviceAccountId };
      await namesake.run(news);
      s.world.advance(SECOND);
      await s.run();
      s.world.advance(SECOND);
      await s.run({ description: "changed" });
      await namesake.run({ ...news, description: "changed" });
      await s.stack.destroy();
      assertKeys(s.world, s.world.iam.serviceAccountId, other?.idsOf(namesake) ?? []);
    });
  });

  describe(`${kind.type}, when its place is taken`, () => {
    test("after a destroy there is a new key, and not the answer to the first create", async () => {
      await using s = await begin();
      await s.run();
      const [first] = kind.idsOf(s.stack);
      await s.stack.destroy();
      s.world.advance(5 * SECOND);
      assert.equal((await s.run({ verify: false })).error, undefined);
      assert.notEqual(kind.idsOf(s.stack)[0], first);
      await s.assertSound();
    });

    test("by an order of the engine, of which the provider is told nothing: never by the old key", async () => {
      await using s = await begin();
      await s.run();
      const [old] = kind.idsOf(s.stack);
      s.world.advance(DAY);
      // `up --target-replace` checks without the old inputs, and asks for no difference.
      const lifecycle = await loadLifecycle(kind.type, new Session(s.world.ports));
      const news = { owner: OWNER, serviceAccountId: s.world.iam.serviceAccountId, rotate: { every: "30d" } };
      const { inputs } = await lifecycle.check({}, news);
      const { id, outputs } = await lifecycle.create(inputs);
      const made = kind.idsOf({ stored: { id, inputs, outputs } } as unknown as Stack);
      assert.notDeepEqual(made, [old]);
      await lifecycle.delete(s.stack.stored?.id ?? "", s.stack.stored?.outputs ?? {});
      assertKeys(s.world, s.world.iam.serviceAccountId, made);
    });

    test("a key that the engine has yet to delete is left to it, while consumers change over", async () => {
      await using s = await begin();
      await s.run();
      const old = s.stack.stored ?? assert.fail();
      const [oldId] = kind.idsOf(s.stack);
      s.world.advance(DAY);
      const other = s.world.iam.addServiceAccount();
      // The old keys cannot be deleted in the run that replaces them.
      s.world.iam.fail({ operation: remove, times: 100, fault: { status: 403 } });
      await s.run({ serviceAccountId: other });
      s.world.iam.clearFaults();
      assert.deepEqual(
        s.stack.pending.map(({ id }) => id),
        [old.id],
      );
      const pending = s.stack.pending.splice(0);
      s.world.advance(SECOND);
      await s.run({ serviceAccountId: other, description: "changed" });
      await s.stack.refresh();
      assert.equal(s.stack.stored?.outputs.abandoned, undefined);
      assert.ok(
        s.world.iam.keys().some(({ id }) => id === oldId),
        "deleted before its time",
      );
      s.stack.pending = pending;
      await s.run({ serviceAccountId: other });
      assertKeys(s.world, s.world.iam.serviceAccountId, []);
    });
  });
}
