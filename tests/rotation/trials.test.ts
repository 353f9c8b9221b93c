import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Properties } from "../../provider/kinds/kind.ts";
import { Stack } from "../../simulation/stack.ts";
import { startWorld, type World } from "../../simulation/world.ts";

type Use = "works" | "refused";

/** How often a new key was tried whose first uses end so. */
async function trialsOf(type: string, operation: string, firstUses: Use[], verify?: Properties) {
  await using world = await startWorld();
  const account = type.startsWith("aws:")
    ? { userName: world.iam.userName }
    : { serviceAccountId: world.iam.serviceAccountId };
  world.iam.setConsistency({ firstUses: { "*": firstUses } });
  const { error, operations } = await new Stack(world, type).run({ ...account, ...(verify && { verify }) });
  assert.equal(error, undefined);
  return operations.filter((each) => each === operation).length;
}

describe("a new key is tried", () => {
  const yandex = (firstUses: Use[], verify?: Properties) =>
    trialsOf("yandex:StaticAccessKey", "s3:ListBuckets", firstUses, verify);
  const aws = (firstUses: Use[], verify?: Properties) =>
    trialsOf("aws:AccessKey", "aws:GetCallerIdentity", firstUses, verify);

  test("once on Yandex Cloud, and three times in a row once it was refused", async () => {
    assert.equal(await yandex([]), 1);
    assert.equal(await yandex(["refused"]), 4);
    assert.equal(await yandex(["refused", "works", "works", "refused"]), 7);
  });

  test("three times in a row on AWS, from the start again where it is refused in between", async () => {
    assert.equal(await aws([]), 3);
    assert.equal(await aws(["works", "works", "refused"]), 6);
  });

  test("as often as verify.successes says", async () => {
    assert.equal(await yandex([], { successes: 3 }), 3);
    assert.equal(await yandex(["works", "refused"], { successes: 3 }), 5);
    assert.equal(await aws([], { successes: 1 }), 1);
  });

  test("in each of verify.regions", async () => {
    assert.equal(await aws([], { successes: 2, regions: ["eu-central-1", "us-east-1", "eu-central-1"] }), 4);
  });

  test("and deleted again where it goes on flapping", async () => {
    await using world = await startWorld();
    const { serviceAccountId } = world.iam;
    const flapping = Array.from({ length: 400 }, (_, use): Use => (use % 2 ? "refused" : "works"));
    world.iam.setConsistency({ firstUses: { "*": flapping } });
    const stack = new Stack(world, "yandex:StaticAccessKey");
    const { error } = await stack.run({ serviceAccountId, verify: { successes: 2 } });
    assert.match(String(error), /did not work steadily within 60 s.*VERIFICATION_FAILED.*was deleted again/);
    assert.deepEqual(world.keysOf(serviceAccountId), []);
  });
});

describe("an order on a resource that has a previous key", () => {
  const order = async (world: World, type: string, create: string, account: Properties) => {
    const stack = new Stack(world, type);
    const run = (generation: string) => stack.run({ ...account, keepers: { generation } });
    for (const generation of ["1", "2"]) assert.equal((await run(generation)).error, undefined);
    const held = world.keysOf(String(Object.values(account)[0])).map(({ id }) => id);
    assert.equal(held.length, 2);
    world.iam.fail({ operation: create, times: 9, fault: { status: 403 } });
    world.config["iam-keys:rotateNow"] = "leak-1:*";
    const { error } = await run("2");
    assert.notEqual(error, undefined);
    return { held, left: world.keysOf(String(Object.values(account)[0])).map(({ id }) => id) };
  };

  test("keeps both keys where the new one cannot be made", async () => {
    await using world = await startWorld();
    const { serviceAccountId } = world.iam;
    const type = "yandex:RotatingStaticAccessKey";
    const { held, left } = await order(world, type, "AccessKey.create", { serviceAccountId });
    assert.deepEqual(left, held);
  });

  test("on AWS, which has room for two, keeps the current one", async () => {
    await using world = await startWorld();
    const userName = world.iam.addUser("mailer");
    const { held, left } = await order(world, "aws:RotatingAccessKey", "aws:CreateAccessKey", { userName });
    assert.deepEqual(left, held.slice(1));
  });
});
