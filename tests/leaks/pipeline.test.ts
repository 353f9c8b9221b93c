import assert from "node:assert/strict";
import { test } from "node:test";
import { LeakWorld, MAIN } from "./support/leakWorld.ts";

test("from an event to a key that is replaced, by iam-keys rotate", async (t) => {
  const world = await LeakWorld.create(t);
  const script = `exec "${process.execPath}" "${MAIN}" rotate --stack "$IAM_KEYS_STACK" --report report.json`;
  await world.serve(["--all-stacks"], ["sh", "-c", script], { PATH: world.stack.env.PATH });
  const leaked = (await world.keysOf("uploads")).current ?? assert.fail("no key");

  await t.test("the key that leaked is replaced, and works until its overlap is over", async () => {
    const { status, body } = await world.send({ keyId: leaked.accessKeyId });
    assert.deepEqual([status, body.keys[0]?.was], [200, "current"], world.printed);
    const { current, previous } = await world.keysOf("uploads");
    assert.notEqual(current?.id, leaked.id);
    assert.equal(previous?.id, leaked.id);
    assert.ok(world.isLive(current?.id) && world.isLive(leaked.id));
    assert.ok(world.printed.includes(`ordered by iam-keys:rotateNow (leak-${leaked.id})`));
  });

  await t.test("the same event again, by whomever, does nothing", async () => {
    const before = await world.keysOf("uploads");
    for (const event of [{ keyId: leaked.id }, [{ token: leaked.secretAccessKey, type: "key" }]]) {
      const { status, body } = await world.send(event);
      assert.deepEqual([status, body.keys.map(({ done }: { done: string }) => done)], [200, ["before"]]);
    }
    assert.deepEqual(await world.keysOf("uploads"), before);
  });

  await t.test("a key that is current again, because a person went back to it, is ordered anew", async () => {
    await world.stack.expect("config", "set", "iam-keys:revertNow", "oops:uploads");
    await world.stack.expect("config", "rm", "iam-keys:rotateNow");
    await world.stack.up();
    assert.equal((await world.keysOf("uploads")).current?.id, leaked.id);
    const { status, body } = await world.send({ keyId: leaked.id });
    assert.deepEqual([status, body.keys[0]?.order], [200, `leak-${leaked.id}.again:uploads`]);
    assert.equal((await world.keysOf("uploads")).previous?.id, leaked.id);
    assert.equal((await world.send({ keyId: leaked.id })).body.keys[0]?.done, "before");
  });

  await t.test("a second order by hand deletes it at once", async () => {
    const words = ["rotate", "--stack=dev", "--rotate-now=leak-2:uploads"];
    assert.equal((await world.command(words)).code, 0);
    assert.ok(!world.isLive(leaked.id));
    // The order of the webhook is not the last one any more.
    const { status, body } = await world.send({ keyId: leaked.id });
    assert.deepEqual([status, body.keys[0]?.done], [200, "before"]);
  });

  await t.test("a key that leaks when it is the previous one is deleted at once", async () => {
    const { current, previous } = await world.keysOf("uploads");
    const { status, body } = await world.send({ keyId: previous?.id });
    assert.deepEqual([status, body.keys[0]?.was, body.keys[0]?.done], [200, "previous", "now"]);
    assert.ok(!world.isLive(previous?.id));
    assert.equal((await world.keysOf("uploads")).previous?.id, current?.id);
    const again = await world.send({ keyId: previous?.id });
    assert.deepEqual([again.status, again.body.keys[0]?.done], [200, "before"]);
  });

  await t.test("a key of a plain resource is replaced and deleted in one run", async () => {
    const { id } = await world.keysOf("plain");
    assert.equal((await world.send({ keyId: id })).status, 200);
    assert.ok(!world.isLive(id));
    assert.ok(world.isLive((await world.keysOf("plain")).id));
    assert.equal((await world.send({ keyId: id })).body.keys[0]?.done, "before");
  });

  await t.test("nothing that was printed, by the webhook or by the runs, has a secret in it", () => {
    world.assertHides(world.printed, "what was printed");
  });
});
