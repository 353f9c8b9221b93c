import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { IamKeysError } from "../../provider/errors.ts";
import { isAccepted } from "../../simulation/consumer.ts";
import { AWS_KEY, begin, STATIC_KEY } from "../../simulation/rotatingKinds.ts";
import { DAY } from "../../simulation/world.ts";

const REVERT = "iam-keys:revertNow";

for (const kind of [STATIC_KEY, AWS_KEY]) {
  describe(`${kind.type}: the way back`, () => {
    test("the keys change places once an order, and the overlap begins anew", async () => {
      await using s = await begin(kind);
      s.world.advance(30 * DAY);
      await s.run();
      const [second, first] = [s.current, s.previous];
      s.world.advance(4 * DAY);
      s.world.config[REVERT] = "oops-1:uploads";
      assert.deepEqual((await s.run()).error, undefined);
      assert.deepEqual([s.current?.id, s.previous?.id], [first?.id, second?.id]);
      assert.equal(
        Date.parse(String(s.stack.stored?.outputs.keySince)),
        Math.floor(Date.parse(String(first?.createdAt)) / 1000) * 1000,
      );
      s.world.advance(4 * DAY);
      const { did, error } = await s.run();
      assert.deepEqual([did, error], ["nothing", undefined]);
      for (const key of [first, second])
        assert.equal(await isAccepted(s.world, key?.id ?? "", key ?? {}), true);
      // It is overdue: when the overlap is over, the next key comes.
      s.world.advance(4 * DAY);
      for (let run = 0; run < 3; run++, s.world.advance(3 * DAY)) await s.run();
      assert.equal(s.previous?.id, first?.id);
      assert.notEqual(s.current?.id, second?.id);
    });

    test("an order that was carried out stays so after another one", async () => {
      await using s = await begin(kind);
      s.world.advance(30 * DAY);
      await s.run();
      const [second, first] = [s.current, s.previous];
      for (const [token, current] of [
        ["oops-1", first],
        ["oops-2", second],
        ["oops-1", second],
      ] as const) {
        s.world.config[REVERT] = `${token}:uploads`;
        assert.equal((await s.run()).error, undefined);
        assert.equal(s.current?.id, current?.id, token);
      }
    });

    test("there is none to a key that never was, is gone, or is inactive: an error says so, and all stays", async () => {
      await using s = await begin(kind);
      s.world.config[REVERT] = "oops-1:*";
      const first = s.current;
      assert.equal((await s.run()).error?.message.includes("there is none any more, or was none yet"), true);
      delete s.world.config[REVERT];
      s.world.advance(30 * DAY);
      await s.run();
      s.world.config[REVERT] = "oops-2:*";
      if (kind === AWS_KEY) s.world.iam.patch(first?.id ?? "", { status: "Inactive" });
      else s.world.iam.remove(first?.id ?? "");
      const { current, previous } = s;
      assert.match(
        String((await s.run()).error),
        /The previous key \S+ is (gone|inactive), so it cannot become the current one again/,
      );
      assert.deepEqual([s.current, s.previous], [current, previous]);
    });

    test("there is none to a key whose secret the state does not have", async () => {
      await using s = await begin(kind);
      s.world.advance(30 * DAY);
      await s.run();
      const { stored } = s.stack;
      const { secretAccessKey: _, ...adopted } = s.previous ?? assert.fail("no previous key");
      s.stack.stored = stored && { ...stored, outputs: { ...stored.outputs, previous: adopted } };
      s.world.config[REVERT] = "oops-1:*";
      const { current } = s;
      const { error, operations } = await s.run();
      assert.match(String(error), /cannot go back .*: the state does not have its secretAccessKey/);
      assert.deepEqual([s.current, operations], [current, []]);
    });

    test("an order that was there before the first key, and one beside an order to rotate, revert nothing", async () => {
      await using s = await begin(kind);
      s.world.advance(30 * DAY);
      await s.run();
      const ids = s.ids;
      s.world.config[REVERT] = "oops-1:*";
      s.world.config["iam-keys:rotateNow"] = "leak-1:*";
      assert.match(String((await s.run()).error), /iam-keys:rotateNow asks for a new one/);
      assert.deepEqual(s.ids, ids);
    });

    test("one beside an edit that asks for a new key is refused before anything is done; either alone is carried out", async () => {
      await using s = await begin(kind);
      s.world.advance(30 * DAY);
      await s.run();
      const { ids, current, previous } = s;
      s.world.config[REVERT] = "oops-1:*";
      const edit = { keepers: { of: "an edit" } };
      const { error, operations } = await s.run(edit);
      assert.match(String(error), /cannot go back .*: the edit of keepers asks for a new one/);
      assert.match(String((error as IamKeysError).hint), /Undo that edit, or remove its name from/);
      assert.deepEqual([s.ids, operations], [ids, []]);

      assert.equal((await s.run()).error, undefined);
      assert.deepEqual([s.current?.id, s.previous?.id], [previous?.id, current?.id]);
      assert.equal((await s.run(edit)).error, undefined);
      assert.equal(ids.includes(s.current?.id ?? ""), false);
    });

    if (kind === AWS_KEY)
      test("one that its retirement has made inactive is refused before anything is asked, with the way to have it back", async () => {
        await using s = await begin(kind);
        s.world.advance(30 * DAY);
        await s.run();
        s.world.advance(8 * DAY);
        await s.run();
        assert.notEqual(s.previous?.inactiveSince, undefined);
        s.world.config[REVERT] = "oops-1:*";
        const { error, operations } = await s.run();
        assert.match(
          String(error),
          new RegExp(`${s.previous?.id} is inactive.*retire: "undo" makes it active again`),
        );
        assert.deepEqual(operations, []);
      });
  });
}
