import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Fault } from "../../local/iam/index.ts";
import type { HeldKey } from "../../provider/lifecycle/rotatingState.ts";
import { Session } from "../../provider/session.ts";
import { isAccepted } from "../../simulation/consumer.ts";
import {
  AWS_KEY,
  type Begun,
  begin,
  SERVICE_ACCOUNT_KEY,
  STATIC_KEY,
} from "../../simulation/rotatingKinds.ts";
import { Stack } from "../../simulation/stack.ts";
import { DAY, HOUR, SECOND, type World } from "../../simulation/world.ts";
import { assertKeys, endOf, retirementOf, rotationOf, stampAt } from "./expectations.ts";

const accepted = (world: World, key: HeldKey | undefined) =>
  isAccepted(world, key?.id ?? assert.fail("no key"), key ?? {});
const QUIET = { did: "nothing", because: [], operations: [], warnings: [] };

for (const kind of [STATIC_KEY, SERVICE_ACCOUNT_KEY, AWS_KEY]) {
  describe(kind.type, () => {
    test("create, rotate, overlap, retire: who has the previous key goes on until it is retired", async () => {
      await using s = await begin(kind);
      const first = s.current;
      assert.deepEqual(s.ids, [first?.id, undefined]);
      const due = Date.parse(s.world.iam.requests[0]?.at ?? "") + 30 * DAY;
      assert.equal(s.stack.stored?.outputs.rotatesAt, stampAt(due));
      s.world.advance(due - SECOND - Date.now());
      assert.deepEqual(await s.run(), QUIET);

      s.world.advance(SECOND);
      const rotation = await s.run();
      assert.equal(rotation.did, "update");
      assert.ok(rotation.because.includes("rotatesAt"));
      assert.deepEqual(rotation.operations, [...rotationOf(kind), ...kind.sweep]);
      assert.deepEqual(s.previous, { ...first, replacedAt: s.previous?.replacedAt });
      assert.notEqual(s.current?.id, first?.id);
      assert.equal(s.stack.stored?.outputs.rotatesAt, stampAt(due + 30 * DAY));
      assertKeys(s.world, s.owner, s.ids);
      assert.deepEqual(await s.run(), QUIET);

      s.world.advance(5 * DAY - HOUR);
      assert.deepEqual(await s.run(), QUIET);
      assert.deepEqual([await accepted(s.world, s.current), await accepted(s.world, first)], [true, true]);

      s.world.advance(2 * DAY + HOUR);
      const retirement = await s.run();
      assert.equal(retirement.did, "update");
      assert.ok(retirement.warnings.some((warning) => warning.includes(String(first?.id))));
      assert.deepEqual(retirement.operations, retirementOf(kind, kind.deactivate ?? kind.delete));
      if (kind.deactivate) {
        assertKeys(s.world, s.owner, s.ids);
        assert.equal(await accepted(s.world, first), false);
        s.world.advance(2 * DAY - SECOND);
        assert.deepEqual(await s.run(), QUIET);
        s.world.advance(SECOND);
        assert.deepEqual((await s.run()).operations, retirementOf(kind, kind.delete));
      }
      assert.equal(s.previous, undefined);
      assertKeys(s.world, s.owner, [s.current?.id]);
      assert.deepEqual([await accepted(s.world, s.current), await accepted(s.world, first)], [true, false]);
      assert.deepEqual(await s.run(), QUIET);
    });

    test("destroy deletes both keys", async () => {
      await using s = await begin(kind);
      s.world.advance(30 * DAY);
      await s.run();
      assert.equal(s.world.keysOf(s.owner).length, 2);
      assert.equal((await s.stack.destroy()).error, undefined);
      assertKeys(s.world, s.owner, []);
    });
  });
}

for (const kind of [STATIC_KEY, AWS_KEY]) {
  describe(`${kind.type}, out of the ordinary`, () => {
    test("keepers rotate at once, before the key is due", async () => {
      await using s = await begin(kind, { ...kind.policy, keepers: { generation: "1" } });
      const first = s.current;
      const change = { keepers: { generation: "2" } };
      const run = await s.run(change);
      assert.ok(run.because.includes("keepers"));
      assert.equal(s.previous?.id, first?.id);
      assert.equal(await accepted(s.world, first), true);
      assert.equal((await s.run(change)).did, "nothing");
    });

    test("an order rotates at once, once, and deletes a previous key that is in the way", async () => {
      await using s = await begin(kind);
      s.world.config["iam-keys:rotateNow"] = "incident-1:uploads";
      const first = s.current;
      s.world.advance(HOUR);
      assert.ok((await s.run()).because.includes("rotateNow"));
      assert.equal(s.previous?.id, first?.id);
      s.world.advance(HOUR);
      assert.deepEqual(await s.run(), QUIET);
      const second = s.current;
      s.world.config["iam-keys:rotateNow"] = "incident-2:uploads";
      const run = await s.run();
      const early = `${first?.id} will be deleted before its overlap is over`;
      const cost = kind === AWS_KEY ? ", and before there is a new key, because .* room for two" : "";
      assert.match(String(run.warnings[0]), new RegExp(`${early}${cost}: whatever still uses it is cut off`));
      assert.match(
        String(run.warnings[1]),
        new RegExp(`${first?.id} is deleted before its overlap is over: .* cut off`),
      );
      const [created, deleted] = [kind.create, kind.delete].map((each) => run.operations.indexOf(each));
      assert.equal(Number(created) < Number(deleted), kind !== AWS_KEY, String(run.operations));
      assert.equal(run.warnings.length, 2);
      assert.equal(s.previous?.id, second?.id);
      assertKeys(s.world, s.owner, s.ids);
      assert.equal(await accepted(s.world, second), true);
    });

    test("an order that was carried out stays so after another one", async () => {
      await using s = await begin(kind);
      for (const token of ["incident-1", "incident-2"]) {
        s.world.config["iam-keys:rotateNow"] = `${token}:uploads`;
        assert.equal((await s.run()).did, "update");
      }
      // As where the pipeline's config has the older order, and a person has placed the newer one.
      s.world.config["iam-keys:rotateNow"] = "incident-1:uploads";
      assert.equal((await s.run()).did, "nothing");
      // A rotation for another reason forgets none of them.
      delete s.world.config["iam-keys:rotateNow"];
      assert.equal((await s.run({ keepers: { version: "2" } })).did, "update");
      for (const token of ["incident-1", "incident-2"]) {
        s.world.config["iam-keys:rotateNow"] = `${token}:uploads`;
        assert.equal((await s.run({ keepers: { version: "2" } })).did, "nothing");
      }
    });

    test("an order that was carried out stays so for a key of another account", async () => {
      await using s = await begin(kind);
      s.world.config["iam-keys:rotateNow"] = "incident-1:uploads";
      assert.equal((await s.run()).did, "update");
      delete s.world.config["iam-keys:rotateNow"];
      const other = {
        [kind.ownerInput]: s.world.iam[kind === AWS_KEY ? "addUser" : "addServiceAccount"]("other"),
      };
      assert.equal((await s.run(other)).did, "replace");
      s.world.config["iam-keys:rotateNow"] = "incident-1:uploads";
      assert.equal((await s.run(other)).did, "nothing");
    });

    test('overlap "0s" deletes the key that was replaced at once, and says what it cuts off', async () => {
      const immediate = { ...kind.policy, overlap: "0s" };
      await using s = await begin(kind, immediate);
      const first = s.current;
      s.world.advance(30 * DAY);
      const run = await s.run();
      assert.deepEqual(run.operations, [...rotationOf(kind), ...endOf(kind, kind.delete)]);
      assert.match(
        String(run.warnings[0]),
        new RegExp(`${first?.id} will be deleted as soon as there is a new one: .* cut off`),
      );
      assert.match(String(run.warnings[1]), new RegExp(`${first?.id} is deleted at once: .* cut off`));
      assert.equal(s.previous, undefined);
      assertKeys(s.world, s.owner, [s.current?.id]);
    });

    test("an overlap that does not fit into the time between two rotations is refused", async () => {
      await using s = await begin(kind);
      assert.match(String((await s.run({ overlap: "30d" })).error), /must be shorter than rotate\.every/);
    });

    test("whatever was missed, one run takes one step, and current always becomes previous", async () => {
      await using s = await begin(kind);
      for (let turn = 0; turn < 12; turn++) {
        s.world.advance(300 * DAY);
        const held = s.current;
        const run = await s.run();
        assert.equal(run.error, undefined);
        assert.ok(run.operations.filter((operation) => operation === kind.create).length <= 1);
        assert.ok([s.current?.id, s.previous?.id].includes(held?.id));
        assert.equal(await accepted(s.world, held), true);
        assertKeys(s.world, s.owner, s.ids);
        assert.ok(s.ids.filter(Boolean).length <= 2);
      }
    });

    test("a clock set back rotates and retires nothing", async () => {
      await using s = await begin(kind);
      s.world.advance(30 * DAY);
      await s.run();
      s.world.advance(-400 * DAY);
      const { warnings, ...run } = await s.run();
      assert.deepEqual({ ...run, warnings: [] }, QUIET);
      assert.match(String(warnings), /counts from .*, which is in the future/);
    });

    test("paused, it still retires the previous key", async () => {
      await using s = await begin(kind);
      s.world.advance(30 * DAY);
      await s.run();
      const paused = { rotate: { every: "30d", paused: true } };
      s.world.advance(45 * DAY);
      const run = await s.run(paused);
      assert.match(String(run.warnings), /: paused: due since /);
      assert.deepEqual(run.operations, retirementOf(kind, kind.deactivate ?? kind.delete));
    });

    if (kind === AWS_KEY) {
      test("a previous key that somebody made active again, and that is used, stays", async () => {
        const retire = { grace: "2d", unlessUsedWithin: "24h" };
        await using s = await begin(kind, { ...kind.policy, retire });
        s.world.advance(30 * DAY);
        await s.run();
        s.world.advance(5 * DAY);
        await s.run();
        const { id, inactiveSince } = s.previous ?? assert.fail("it is gone");
        assert.notEqual(inactiveSince, undefined);
        await new Session(s.world.ports).aws.setStatus(s.owner, id, "Active");
        await s.stack.refresh();
        s.world.advance(2 * DAY);
        assert.equal(await isAccepted(s.world, id, s.previous ?? {}), true);
        const { error, warnings } = await s.run();
        assert.equal(error, undefined);
        assert.match(String(warnings), new RegExp(`its previous key ${id} stays, because it is still used`));
        assert.equal(s.previous?.id, id);
      });
    }

    test("onceCurrentUsed is refused where no use could be told in time, or nothing waits for it", async () => {
      await using s = await begin(kind);
      const refused = async (change: Record<string, unknown>) => String((await s.run(change)).error);
      const soon = { unlessUsedWithin: "1h", onceCurrentUsed: true };
      assert.match(await refused({ retire: soon }), /unlessUsedWithin \(1h\) must be at least 4h/);
      const atOnce = { retire: { onceCurrentUsed: true }, overlap: "0s" };
      assert.match(await refused(atOnce), /overlap must be longer than nothing with retire\.onceCurrentUsed/);
    });

    test("onceCurrentUsed keeps a previous key though somebody has deleted the current one elsewhere", async () => {
      const retire = { ...(kind.policy.retire as object), onceCurrentUsed: true };
      await using s = await begin(kind, { ...kind.policy, retire });
      s.world.advance(30 * DAY);
      await s.run();
      s.world.advance(8 * DAY);
      const { previous } = s;
      s.world.iam.remove(s.current?.id ?? "");
      await s.run();
      assert.equal(s.previous?.id, previous?.id);
      assert.equal(await accepted(s.world, previous), true);
    });

    test("unlessUsedWithin keeps a previous key that is used, and says by whom it was", async () => {
      const retire = { ...(kind.policy.retire as object), unlessUsedWithin: "24h" };
      await using s = await begin(kind, { ...kind.policy, retire });
      s.world.advance(30 * DAY);
      await s.run();
      const old = s.previous ?? assert.fail();
      s.world.advance(10 * DAY);
      assert.equal(await accepted(s.world, old), true);
      const usedAt = new Date().toISOString().slice(0, 19);
      s.world.advance(23 * HOUR);
      const kept = await s.run();
      const warning =
        kept.warnings.find((text) => text.includes("still used")) ?? assert.fail(JSON.stringify(kept));
      assert.ok(warning.includes(old.id) && warning.includes(usedAt), warning);
      if (kind === AWS_KEY) assert.match(warning, /by sts in eu-central-1/);
      assert.equal(await accepted(s.world, old), true);
      s.world.advance(24 * HOUR + SECOND);
      assert.ok((await s.run()).operations.includes(kind.deactivate ?? kind.delete));
      assert.equal(await accepted(s.world, old), false);
    });

    test("a new key that never works changes nothing", async () => {
      await using s = await begin(kind);
      const before = s.stack.stored;
      s.world.advance(30 * DAY);
      const code = kind === AWS_KEY ? "InvalidClientTokenId" : "InvalidAccessKeyId";
      s.world.iam.fail({ operation: kind.verify, times: 1000, fault: { status: 403, code } });
      assert.match(String((await s.run()).error), /did not work within 60 s.*deleted again/);
      assert.deepEqual(s.stack.stored, before);
      assertKeys(s.world, s.owner, s.ids);
    });

    test("a useless key that cannot be deleted is remembered, also over a refresh, and goes next", async () => {
      const code = kind === AWS_KEY ? "InvalidClientTokenId" : "InvalidAccessKeyId";
      await using s = await begin(kind);
      await s.stack.destroy();
      for (const step of ["create", "rotate"]) {
        s.world.iam.fail({ operation: kind.verify, times: 1000, fault: { status: 403, code } });
        s.world.iam.fail({ operation: kind.delete, fault: { status: 403, code: "AccessDenied" } });
        assert.equal((await s.run()).error?.name, "PartialFailure", step);
        assert.equal(s.abandoned.length, 1);
        s.world.iam.clearFaults();
        await s.stack.refresh();
        assert.equal(s.abandoned.length, 1);
        const mended = await s.run();
        assert.equal(mended.error, undefined);
        assert.deepEqual(s.abandoned, []);
        assertKeys(s.world, s.owner, s.ids);
        assert.equal(await accepted(s.world, s.current), true);
        s.world.advance(30 * DAY);
      }
    });

    test("the current key deleted by hand is made anew, and the previous one stays for that run", async () => {
      await using s = await begin(kind);
      s.world.advance(30 * DAY);
      await s.run();
      const { current, previous } = s;
      s.world.advance(8 * DAY);
      s.world.iam.remove(current?.id ?? "");
      await s.stack.refresh();
      assert.deepEqual(s.ids, [undefined, previous?.id]);
      const run = await s.run();
      assert.deepEqual(run.operations, [...rotationOf(kind), ...kind.sweep]);
      assert.equal(s.previous?.id, previous?.id);
      assertKeys(s.world, s.owner, s.ids);
      assert.equal(await accepted(s.world, s.current), true);
      assert.equal(await accepted(s.world, s.previous), true);
      s.world.advance(HOUR);
      await s.run();
      s.world.advance(3 * DAY);
      await s.run();
      assertKeys(s.world, s.owner, [s.current?.id]);
      s.world.advance(20 * DAY);
      assert.deepEqual(await s.run(), QUIET, "the new key is younger than 30 days");
    });

    test("the previous key deleted by hand counts as retired, with or without a refresh", async () => {
      for (const refresh of [true, false]) {
        await using s = await begin(kind);
        s.world.advance(30 * DAY);
        await s.run();
        s.world.iam.remove(s.previous?.id ?? "");
        if (refresh) await s.stack.refresh();
        s.world.advance(8 * DAY);
        assert.equal((await s.run()).error, undefined);
        assert.equal(s.previous, undefined);
        assertKeys(s.world, s.owner, [s.current?.id]);
      }
    });

    test("both deleted by hand: a refresh finds nothing left, and the next run begins anew", async () => {
      await using s = await begin(kind);
      s.world.iam.remove(s.current?.id ?? "");
      await s.stack.refresh();
      assert.equal(s.stack.stored, undefined);
      assert.equal((await s.run()).did, "create");
      assertKeys(s.world, s.owner, s.ids);
    });

    test("keys of another owner are another resource", async () => {
      await using s = await begin(kind);
      const old = s.stack.stored?.id;
      const owner = kind === AWS_KEY ? s.world.iam.addUser("other") : s.world.iam.addServiceAccount("other");
      const run = await s.run({ [kind.ownerInput]: owner });
      assert.equal(run.did, "replace");
      assert.notEqual(s.stack.stored?.id, old);
      assertKeys(s.world, s.owner, []);
      assertKeys(s.world, owner, s.ids);
    });
  });
}

describe("a failure at any request", () => {
  const lost: Record<string, Fault> = {
    "refused before": { status: 403, code: "AccessDenied" },
    "answer lost": { drop: "after" },
    "an error before": { status: 500 },
    "an error after": { status: 500, when: "after" },
  };
  for (const kind of [STATIC_KEY, AWS_KEY]) {
    const stages = [
      { name: "rotating", days: 30, operations: [...new Set(rotationOf(kind))] },
      { name: "retiring", days: 37, operations: [kind.deactivate ?? kind.delete] },
      ...(kind.deactivate ? [{ name: "deleting", days: 40, operations: [kind.delete] }] : []),
    ];
    for (const { name, days, operations } of stages) {
      for (const operation of operations) {
        for (const [what, fault] of Object.entries(lost)) {
          if (
            operation === kind.create &&
            !what.includes("before") &&
            kind === STATIC_KEY &&
            what !== "answer lost"
          )
            continue; // A key whose create answered with an error is looked for elsewhere.
          test(`${kind.type}, ${name}: ${operation}, ${what}`, async () => {
            await using s = await begin(kind);
            for (const day of [30, 37, 40]) {
              if (day > days) break;
              s.world.advance((day === 30 ? 30 : day === 37 ? 7 : 3) * DAY);
              if (day < days) assert.equal((await s.run()).error, undefined);
            }
            const held = s.current;
            s.world.iam.fail({ operation, fault: kind === STATIC_KEY ? numeric(fault) : fault });
            const failed = await s.run();
            s.world.iam.clearFaults();
            assert.equal(await accepted(s.world, held), true);
            forgetUnknown(s, failed.error);
            const mended = await s.run();
            assert.equal(mended.error, undefined);
            assertKeys(s.world, s.owner, s.ids);
            assert.equal(await accepted(s.world, s.current), true);
            assert.equal(s.current?.id === held?.id, name !== "rotating");
            assert.equal(
              s.previous === undefined,
              name === "deleting" || (name === "retiring" && !kind.deactivate),
            );
            assert.equal((await s.run()).did, "nothing");
          });
        }
      }
    }
  }
});

/** Yandex Cloud's codes are numbers. */
function numeric(fault: Fault): Fault {
  return "status" in fault ? { status: fault.status, ...(fault.when ? { when: fault.when } : {}) } : fault;
}

/** A person deletes the key of which AWS, having no marks on keys, cannot say whose it is: the error names it. */
function forgetUnknown({ world, owner, ids }: Begun, error: Error | undefined): void {
  for (const { id } of world.keysOf(owner)) {
    if (ids.includes(id)) continue;
    assert.match(String(error), new RegExp(`New, .*: ${id} .*not known whether a key was made`, "s"));
    world.iam.remove(id);
  }
}

describe("on AWS", () => {
  test('retire: "undo" brings an inactive key back and keeps it', async () => {
    await using s = await begin(AWS_KEY);
    s.world.advance(30 * DAY);
    await s.run();
    s.world.advance(6 * DAY);
    await s.run();
    const inactive = s.previous ?? assert.fail();
    assert.ok(inactive.inactiveSince);
    assert.equal(inactive.status, "Inactive");
    assert.equal(await accepted(s.world, inactive), false);
    const undone = await s.run({ retire: "undo" });
    assert.deepEqual(undone.operations, ["aws:UpdateAccessKey", "aws:ListAccessKeys"]);
    assert.equal(s.previous?.inactiveSince, undefined);
    assert.equal(s.previous?.status, "Active");
    assert.equal(await accepted(s.world, inactive), true);
    s.world.advance(20 * DAY);
    assert.equal((await s.run({ retire: "undo" })).did, "nothing");
    const resumed = await s.run();
    assert.deepEqual(resumed.operations, retirementOf(AWS_KEY, "aws:UpdateAccessKey"));
    assert.equal(await accepted(s.world, inactive), false);
  });

  test("a key that is due while the previous one is in the way is made as soon as that one is gone", async () => {
    await using s = await begin(AWS_KEY);
    s.world.advance(30 * DAY);
    await s.run();
    s.world.advance(60 * DAY);
    const waits = await s.run();
    assert.deepEqual(waits.operations, retirementOf(AWS_KEY, "aws:UpdateAccessKey"));
    assert.match(String(waits.warnings), /: held until the previous key \S+ is gone: due since /);
    const held = s.current?.id;
    s.world.advance(2 * DAY);
    const run = await s.run();
    assert.deepEqual(run.operations, ["aws:ListAccessKeys", "aws:DeleteAccessKey", ...rotationOf(AWS_KEY)]);
    assert.equal(s.previous?.id, held);
    assertKeys(s.world, s.owner, s.ids);
    assert.equal((await s.run()).did, "nothing");
  });

  test("a foreign key in the way stops the run before it does anything, and is named", async () => {
    await using s = await begin(AWS_KEY);
    const foreign = new Stack(s.world, "aws:AccessKey");
    await foreign.run({ userName: s.owner });
    const { id = "", outputs = {} } = foreign.stored ?? {};
    await isAccepted(s.world, id, outputs);
    const used = new Date().toISOString().slice(0, 19);
    const before = s.stack.stored;
    const live = s.world.keysOf(s.owner);
    s.world.advance(30 * DAY);
    const run = await s.run();
    const message = String(run.error);
    assert.match(message, /no room.*never|no room.*last used/s);
    for (const part of [id, used, "sts in eu-central-1", "made 2", "Nothing was changed"]) {
      assert.ok(message.includes(part), `${part} is not in: ${message}`);
    }
    assert.ok(!message.includes(String(s.current?.id)));
    assert.deepEqual(run.operations, ["aws:ListAccessKeys", "aws:GetAccessKeyLastUsed"]);
    assert.deepEqual(s.stack.stored, before);
    assert.deepEqual(s.world.keysOf(s.owner), live);
    await foreign.destroy();
    assert.equal((await s.run()).error, undefined);
    assertKeys(s.world, s.owner, s.ids);
  });

  test("a failure after a step that was taken keeps what was not done yet to be done", async () => {
    await using s = await begin(STATIC_KEY);
    s.world.advance(30 * DAY);
    await s.run();
    s.world.advance(7 * DAY);
    s.world.iam.fail({ operation: "AccessKey.update", fault: { status: 403 } });
    const change = { description: "changed" };
    const failed = await s.run(change);
    assert.equal(failed.error?.name, "PartialFailure");
    assertKeys(s.world, s.owner, s.ids);
    assert.deepEqual((await s.run(change)).operations, ["AccessKey.update", "AccessKey.list"]);
    assert.equal(
      s.world.keysOf(s.owner)[0]?.description,
      `changed rotating:[pulumi project/stack/uploads #${s.current?.mark}]`,
    );
    assert.match(String(s.current?.mark), /^\w{8}\.2$/);
    assert.equal((await s.run(change)).did, "nothing");
  });
});

describe("the very credential that the run authenticates with", () => {
  const cases = [
    {
      kind: SERVICE_ACCOUNT_KEY,
      signIn: ({ config }: World, key: HeldKey) => {
        delete config["yandex:token"];
        config["yandex:serviceAccountKeyFile"] = JSON.stringify({
          id: key.id,
          service_account_id: key.serviceAccountId,
          private_key: key.privateKey,
        });
      },
    },
    {
      kind: AWS_KEY,
      signIn: ({ config }: World, key: HeldKey) => {
        config["aws:accessKey"] = key.id;
        config["aws:secretKey"] = String(key.secretAccessKey);
      },
    },
  ];
  for (const { kind, signIn } of cases) {
    test(`${kind.type}: the previous key stays until the caller has changed to the new one`, async () => {
      await using s = await begin(kind);
      const first = s.current ?? assert.fail();
      signIn(s.world, first);
      s.world.advance(30 * DAY);
      assert.equal((await s.run()).error, undefined);
      assert.equal(s.previous?.id, first.id);
      s.world.advance(10 * DAY);
      const kept = await s.run();
      assert.match(String(kept.warnings), new RegExp(`${first.id} stays, because this run authenticates`));
      assert.equal(await accepted(s.world, first), true);
      signIn(s.world, s.current ?? assert.fail());
      await s.run();
      s.world.advance(2 * DAY);
      await s.run();
      assertKeys(s.world, s.owner, [s.current?.id]);
    });

    test(`${kind.type}: with no overlap the run goes on with the new key`, async () => {
      await using s = await begin(kind, { ...kind.policy, overlap: "0s" });
      const first = s.current ?? assert.fail();
      signIn(s.world, first);
      s.world.advance(30 * DAY);
      assert.equal((await s.run()).error, undefined);
      assertKeys(s.world, s.owner, [s.current?.id]);
      assert.notEqual(s.current?.id, first.id);
      assert.equal(await accepted(s.world, s.current), true);
    });

    test(`${kind.type}: it is not destroyed by the run that needs it`, async () => {
      await using s = await begin(kind);
      signIn(s.world, s.current ?? assert.fail());
      assert.match(String((await s.stack.destroy()).error), /OWN_CREDENTIAL/);
      assertKeys(s.world, s.owner, [s.current?.id]);
    });
  }
});
