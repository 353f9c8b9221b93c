import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { yandex } from "./support/classes.ts";
import { Stand } from "./support/stand.ts";
import { assertUntouched, changesOf, keys } from "./support/threeKeys.ts";

describe("a run of a part, or in another way", () => {
  test("--target and --exclude: what is not meant stays as it is", async () => {
    await using stand = await Stand.create((id) => keys(id));
    const { stack, serviceAccountId } = stand;
    await stack.up();
    const { id: plain = "" } = await stack.resource("plain");
    const target = [(await stack.resource("rotating")).urn];
    stand.become(keys(serviceAccountId, { generation: "2" }));
    const from = stand.iam.requests.length;
    assert.deepEqual(await stack.up({ target }), { update: 1 });
    // The second request ends the trial of the new key.
    assert.deepEqual(changesOf(stand, from), ["AccessKey.create", "AccessKey.update"]);
    assert.ok(stand.ids().includes(plain));
    const exclude = [(await stack.resource("plain")).urn, (await stack.resource("consumer")).urn];
    await assertUntouched(stand, () => stack.up({ exclude }));
    await stack.up();
    assert.ok(!stand.ids().includes(plain));
    assert.deepEqual(await stack.up({ expectNoChanges: true }), {});
  });

  test("--parallel 1, and --continue-on-error: what can be done is done, the rest by the next run", async () => {
    await using stand = await Stand.create((serviceAccountId) => () => {
      for (const name of ["a", "b", "c"]) new yandex.StaticAccessKey(name, { serviceAccountId });
    });
    const { stack, iam } = stand;
    iam.fail({ operation: "AccessKey.create", fault: { status: 403 } });
    await assert.rejects(stack.up({ parallel: 1, continueOnError: true }), /PERMISSION_DENIED/);
    assert.equal(stand.ids().length, 2);
    const made = stand.ids();
    assert.deepEqual(await stack.up({ parallel: 1 }), { create: 1 });
    assert.deepEqual(stand.ids().slice(0, 2), made);
    assert.deepEqual(await stack.up({ expectNoChanges: true }), {});
  });

  test("--refresh: a key that somebody deleted is made again", async () => {
    await using stand = await Stand.create((id) => keys(id));
    const { stack, iam } = stand;
    await stack.up();
    const { id = "" } = await stack.resource("plain");
    iam.remove(id);
    const others = stand.ids();
    await stack.up({ refresh: true });
    assert.equal(stand.ids().length, 3);
    assert.ok(others.every((id) => stand.ids().includes(id)));
    await assertUntouched(stand, () => stack.up({ refresh: true, expectNoChanges: true }));
  });

  // The plugin takes it without that flag, too, and by another name: tests/cli/nativeProviders.test.ts.
  const skip = process.env.IAM_KEYS_DOOR === "native";
  test("--run-program: a refresh and a destroy take the token that is configured now", { skip }, async () => {
    await using stand = await Stand.create((id) => keys(id));
    const { stack, iam, serviceAccountId } = stand;
    const configure = async () => {
      const token = iam.issueToken(serviceAccountId);
      await stack.pulumi("config", "set", "--secret", "yandex:token", token);
      return iam.keys().findLast(({ kind }) => kind === "yandex:IamToken")?.id ?? "";
    };
    const first = await configure();
    await stack.up();
    iam.remove(first);
    await configure();
    await assert.rejects(stack.refresh(), /UNAUTHENTICATED/);
    await assertUntouched(stand, () => stack.refresh({ runProgram: true }));
    await stack.destroy({ runProgram: true });
    assert.deepEqual(stand.ids(), []);
  });
});
