import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { yandex } from "./support/classes.ts";
import { Stand } from "./support/stand.ts";
import { assertUntouched, keys } from "./support/threeKeys.ts";

const DAY = 24 * 3600_000;

/** The consumer changes over to the new key while the old one still works; then that one is deleted, and no other. */
async function assertOverlap(stand: Stand, work: () => Promise<unknown>): Promise<void> {
  const { id = "" } = await stand.stack.resource("plain");
  const before = stand.ids();
  const from = stand.iam.requests.length;
  await work();
  const asked = stand.iam.requests.slice(from);
  const steps = asked.filter(
    ({ operation, method, path }) =>
      operation === "ApiKey.update" || (method === "DELETE" && before.some((each) => path.endsWith(each))),
  );
  assert.deepEqual(
    steps.map(({ operation }) => operation),
    ["ApiKey.update", "AccessKey.delete"],
  );
  assert.ok(steps.at(-1)?.path.endsWith(id));
  assert.equal(stand.ids().length, before.length);
}

describe("a key that is to be replaced", () => {
  test("because its keepers changed: its consumer changes over while both work", async () => {
    await using stand = await Stand.create((id) => keys(id));
    const { stack, serviceAccountId } = stand;
    await stack.up();
    const target = [(await stack.resource("plain")).urn];
    stand.become(keys(serviceAccountId, { generation: "2" }));
    await assertOverlap(stand, () => stack.up({ target, targetDependents: true }));
  });

  for (const [how, flagged] of [
    ["--replace", true],
    ["state taint", false],
  ] as const) {
    test(`by ${how}: its consumer changes over while both work`, async () => {
      await using stand = await Stand.create((id) => keys(id));
      const { stack } = stand;
      await stack.up();
      const { urn } = await stack.resource("plain");
      if (!flagged) await stack.pulumi("state", "taint", urn, "--yes");
      stand.clock.advance(DAY);
      await assertOverlap(stand, () => stack.up(flagged ? { replace: [urn] } : {}));
      await assertUntouched(stand, () => stack.up({ expectNoChanges: true }));
    });
  }

  for (const [when, age] of [
    ["a day after it was made", DAY],
    ["at once", 0],
  ] as const) {
    test(`by --replace of a rotating one, ${when}: nobody is left with a key that is gone`, async () => {
      await using stand = await Stand.create((serviceAccountId) => () => {
        const { accessKeyId } = new yandex.RotatingStaticAccessKey("rotating", { serviceAccountId });
        return { accessKeyId };
      });
      const { stack } = stand;
      stand.clock.setRate(0.01);
      await stack.up();
      const { accessKeyId } = await stack.outputs();
      stand.clock.advance(age);
      await stack.up({ replace: [(await stack.resource("rotating")).urn] });
      const after = await stack.outputs();
      assert.notEqual(after.accessKeyId, accessKeyId);
      const held = stand.iam.keys().filter(({ kind }) => kind === "yandex:StaticAccessKey");
      assert.deepEqual(
        held.map(({ keyId }) => keyId),
        [after.accessKeyId],
      );
      await assertUntouched(stand, () => stack.up({ expectNoChanges: true }));
    });
  }
});
