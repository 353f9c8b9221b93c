import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { yandex } from "./support/classes.ts";
import { Stand } from "./support/stand.ts";
import { assertHandedOn, assertUntouched, keys } from "./support/threeKeys.ts";

const DAY = 24 * 3600_000;

describe("a state that is edited", () => {
  test("state rename: the key is that of the new name", async () => {
    await using stand = await Stand.create((id) => keys(id));
    const { stack, serviceAccountId } = stand;
    await stack.up();
    await stack.pulumi("state", "rename", (await stack.resource("plain")).urn, "renamed", "--yes");
    stand.become(keys(serviceAccountId, { plain: "renamed" }));
    const owners = ["things/dev/consumer", "things/dev/renamed", "things/dev/rotating"];
    await assertHandedOn(stand, owners, () => stack.up());
    assert.deepEqual(await stack.up({ expectNoChanges: true }), {});
  });

  test("state move: the key is the other stack's, and neither makes or deletes one", async () => {
    await using stand = await Stand.create((id) => keys(id));
    const { stack, serviceAccountId } = stand;
    await stack.up();
    const rotating = (id: string) => () => {
      new yandex.RotatingStaticAccessKey("rotating", { serviceAccountId: id, keepers: { generation: "1" } });
    };
    await using other = await Stand.create(rotating, { beside: stand, stack: "prod" });
    const { urn } = await stack.resource("rotating");
    const [source, dest] = ["organization/things/dev", "organization/things/prod"];
    await stack.pulumi("state", "move", "--source", source, "--dest", dest, urn, "--yes");
    stand.become(() => {
      const { id } = new yandex.StaticAccessKey("plain", { serviceAccountId, keepers: { generation: "1" } });
      new yandex.ApiKey("consumer", { serviceAccountId, description: pulumi.interpolate`of ${id}` });
    });
    const owners = ["things/dev/consumer", "things/dev/plain", "things/prod/rotating"];
    await assertHandedOn(stand, owners, async () => {
      await stack.up();
      await other.stack.up();
    });
    for (const each of [stack, other.stack]) assert.deepEqual(await each.up({ expectNoChanges: true }), {});
  });

  test("state delete: the key stays on the server, whatever takes its name", async () => {
    await using stand = await Stand.create((id) => keys(id));
    const { stack } = stand;
    await stack.up();
    const before = stand.ids();
    for (const name of ["consumer", "plain", "rotating"])
      await stack.pulumi("state", "delete", (await stack.resource(name)).urn, "--yes");
    await stack.up();
    assert.equal(stand.ids().length, 6);
    assert.ok(before.every((id) => stand.ids().includes(id)));
  });

  test("stack export and import, and change-secrets-provider: nothing is to be done", async () => {
    await using stand = await Stand.create((serviceAccountId) => () => {
      const { secretAccessKey } = new yandex.StaticAccessKey("plain", { serviceAccountId });
      const rotate = { every: "30d" };
      const rotating = new yandex.RotatingStaticAccessKey("rotating", { serviceAccountId, rotate });
      return { secrets: [secretAccessKey, rotating.secretAccessKey] };
    });
    const { stack } = stand;
    await stack.up();
    const outputs = await stack.outputs();
    const file = stack.file("state.json");
    await assertUntouched(stand, async () => {
      await stack.pulumi("stack", "export", "--file", file);
      await stack.pulumi("stack", "import", "--file", file);
      assert.deepEqual(await stack.up({ expectNoChanges: true }), {});
      await stack.pulumi("stack", "change-secrets-provider", "passphrase");
      assert.deepEqual(await stack.up({ expectNoChanges: true }), {});
      assert.deepEqual(await stack.outputs(), outputs);
    });
    stand.clock.advance(31 * DAY);
    await stack.up();
    const { stdout } = await stack.pulumi("stack", "export");
    for (const secret of stand.iam.secrets()) assert.ok(!stdout.includes(secret));
  });
});
