import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { yandex } from "pulumi-iam-keys";
import { type Program, Stand } from "./support/stand.ts";

const DAY = 24 * 3600_000;

type Args = Omit<yandex.RotatingStaticAccessKeyArgs, "serviceAccountId">;

const program =
  (args: Args) =>
  (serviceAccountId: string): Program =>
  () => {
    new yandex.RotatingStaticAccessKey("uploads", { serviceAccountId, ...args });
  };

describe("on the Pulumi CLI", { concurrency: 2 }, () => {
  test("with a lead, no key ever gets older than `every`, though the runs are days apart", async () => {
    const policy: Args = { rotate: { every: "30d", lead: "12d" }, overlap: "7d" };
    await using stand = await Stand.create(program(policy));
    await stand.stack.up();
    const made = new Map(stand.ids().map((id) => [id, stand.clock.now().getTime()]));
    for (let run = 0; run < 7; run++) {
      stand.clock.advance(5 * DAY);
      await stand.stack.up();
      const now = stand.clock.now().getTime();
      for (const id of stand.ids()) if (!made.has(id)) made.set(id, now);
      for (const id of stand.ids()) assert.ok(now - (made.get(id) ?? 0) <= 30 * DAY, `${id} is too old`);
    }
    assert.equal(made.size, 2);
  });

  test("a previous key goes as soon as it is idle and the current one is used, and not before", async () => {
    const policy: Args = {
      rotate: { every: "30d" },
      overlap: "1d",
      retire: { unlessUsedWithin: "2d", onceCurrentUsed: true },
    };
    await using stand = await Stand.create(program(policy));
    const { stack, clock, iam } = stand;
    const use = (id: string | undefined) => iam.patch(String(id), { lastUsedAt: clock.now().toISOString() });
    const upAfter = async (days: number) => {
      clock.advance(days * DAY);
      let printed = "";
      await stack.up({
        color: "never",
        onOutput: (text) => {
          printed += text;
        },
      });
      return printed;
    };
    await stack.up();
    await upAfter(31);
    const [first, second] = stand.ids();
    assert.match(
      await upAfter(3),
      new RegExp(`${first} stays, because the current key ${second} was not used yet`),
    );
    use(first);
    use(second);
    assert.match(await upAfter(1), new RegExp(`${first} stays, because it is still used: last at`));
    await upAfter(2);
    assert.deepEqual(stand.ids(), [second]);
  });

  test("iam-keys:revertNow makes the previous key the current one again, and the preview says so", async () => {
    await using stand = await Stand.create(program({ rotate: { every: "30d" }, overlap: "7d" }));
    const { stack, clock } = stand;
    await stack.up();
    const before = await stack.resource("uploads");
    clock.advance(31 * DAY);
    await stack.up();
    const [first, second] = stand.ids();
    await stack.pulumi("config", "set", "iam-keys:revertNow", "oops-1:uploads");
    let printed = "";
    const onOutput = (text: string) => {
      printed += text;
    };
    await stack.preview({ color: "never", onOutput });
    assert.match(
      printed,
      new RegExp(`back to the previous key ${first}: ordered by .*; ${second} keeps working until`),
    );
    await stack.up();
    const { outputs } = await stack.resource("uploads");
    assert.equal(outputs?.revertNow, "oops-1");
    assert.equal(outputs?.keySince, before.outputs?.keySince);
    await stack.up();
    assert.deepEqual(stand.ids(), [first, second]);
  });

  test("with a jitter, keys that were made together are due at their own times, in a preview as in the run", async () => {
    const names = ["a", "b", "c"];
    await using stand = await Stand.create((serviceAccountId) => () => {
      const rotate = { every: "30d", jitter: "20d" };
      for (const name of names) new yandex.StaticAccessKey(name, { serviceAccountId, rotate });
    });
    const { stack, clock } = stand;
    await stack.up();
    const dues = await Promise.all(
      names.map(async (name) => Date.parse(String((await stack.resource(name)).outputs?.rotatesAt))),
    );
    const [first = 0, second = 0] = dues.toSorted((a, b) => a - b);
    assert.ok(second - first > 3600_000, "the test has names that are far apart");
    clock.advance(first + (second - first) / 2 - clock.now().getTime());
    const { replace } = await stack.preview();
    assert.deepEqual([replace, (await stack.up()).replace], [1, 1]);
    assert.deepEqual((await stack.up()).replace, undefined);
  });
});
