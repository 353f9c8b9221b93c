import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Stand } from "./support/stand.ts";
import { assertHandedOn, keys } from "./support/threeKeys.ts";

describe("a stack that gets another name", () => {
  const rename = (stand: Stand, name: string) => stand.stack.pulumi("stack", "rename", name);

  for (const [what, name, project, stack] of [
    ["stack rename", "prod", "things", "prod"],
    ["a project renamed", "organization/others/dev", "others", "dev"],
  ] as const) {
    test(`${what}: each key stays, and its tag follows`, async () => {
      await using stand = await Stand.create((id) => keys(id));
      await stand.stack.up();
      await rename(stand, name);
      await using renamed = await Stand.create((id) => keys(id), { beside: stand, project, stack });
      const owners = ["consumer", "plain", "rotating"].map((key) => `${project}/${stack}/${key}`);
      await assertHandedOn(stand, owners, () => renamed.stack.up());
      assert.deepEqual(await renamed.stack.up({ expectNoChanges: true }), {});
    });
  }

  test("and a new one of the old name: neither touches the keys of the other", async () => {
    await using stand = await Stand.create((id) => keys(id));
    await stand.stack.up();
    const before = stand.ids();
    await rename(stand, "prod");
    await using dev = await Stand.create((id) => keys(id), { beside: stand, stack: "dev" });
    await dev.stack.up();
    assert.ok(before.every((id) => stand.ids().includes(id)));
    await using prod = await Stand.create((id) => keys(id), { beside: stand, stack: "prod" });
    await prod.stack.up();
    assert.ok(before.every((id) => stand.ids().includes(id)));
    assert.equal(stand.ids().length, 6);
    for (const each of [dev, prod]) assert.deepEqual(await each.stack.up({ expectNoChanges: true }), {});
    await dev.stack.destroy();
    assert.deepEqual(stand.ids(), before);
  });
});
