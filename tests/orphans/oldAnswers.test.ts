import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isAccepted } from "../../simulation/consumer.ts";
import { Stack } from "../../simulation/stack.ts";
import { DAY, startWorld } from "../../simulation/world.ts";

const YANDEX = { operation: "AccessKey.create", idPath: "accessKey.id" };
const AWS = { operation: "aws:CreateAccessKey", idPath: "AccessKey.AccessKeyId" };

/** The current key of the stack's resource, with its secret. */
function currentOf({ stored }: Stack) {
  const { id, outputs } = stored ?? assert.fail("no resource");
  return (outputs.current ?? { ...outputs, id }) as { readonly id: string };
}

// As a proxy answers that has kept an answer, or a server that takes two requests for one.
describe("the answer to a create names a key that was there before", () => {
  for (const [type, { operation, idPath }] of [
    ["yandex:StaticAccessKey", YANDEX],
    ["yandex:RotatingStaticAccessKey", YANDEX],
    ["aws:AccessKey", AWS],
    ["aws:RotatingAccessKey", AWS],
  ] as const) {
    test(`${type}: that key is neither changed nor deleted, and no state has it as the new one`, async () => {
      await using world = await startWorld();
      const isAws = type.startsWith("aws");
      const account = isAws
        ? { userName: world.iam.userName }
        : { serviceAccountId: world.iam.serviceAccountId };
      const stack = new Stack(world, type);
      const up = (generation: string) => stack.run({ ...account, keepers: { generation } });
      assert.equal((await up("1")).error, undefined);
      const old = currentOf(stack);
      const before = world.iam.keys().find(({ id }) => id === old.id);
      world.advance(DAY);
      world.iam.fail({ operation, fault: { replace: idPath, with: old.id } });
      const { error, operations } = await up("2");
      if (isAws) {
        // Keys of AWS carry no mark: a person has to look for the new one.
        assert.match(
          String(error),
          new RegExp(`names ${old.id}, which existed before.*not known whether a key was made`),
        );
        assert.equal(operations.includes("aws:DeleteAccessKey"), false);
      } else {
        assert.equal(error, undefined);
        assert.notEqual(currentOf(stack).id, old.id);
      }
      const current = currentOf(stack);
      assert.equal(await isAccepted(world, current.id, current), true);
      if (type === "yandex:StaticAccessKey") return;
      const after = world.iam.keys().find(({ id }) => id === old.id);
      assert.equal(after?.description, before?.description);
      assert.equal(await isAccepted(world, old.id, old), true);
    });
  }
});
