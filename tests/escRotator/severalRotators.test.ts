import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import { describe, test } from "node:test";
import { RotatorWorld } from "./support/rotatorWorld.ts";

/** Two rotators for the same environments: behind a load balancer, or the one that goes and the one that comes. */
async function startTwo(t: import("node:test").TestContext) {
  const one = await RotatorWorld.start(t);
  const other = await RotatorWorld.start(t, { iam: one.iam, stateFolder: one.stateFolder });
  return { one, other };
}

describe("two rotators", () => {
  test("rotate by turns as one does", async (t) => {
    const { one, other } = await startTwo(t);
    let state = await one.rotate(one.staticKey, null);
    for (const rotator of [other, one, other, one]) {
      const next = await rotator.rotate(rotator.staticKey, state);
      assert.equal(next.previous?.id, state.id);
      one.assertKeys([state.id, next.id]);
      state = next;
    }
  });

  test("that are asked the same at once make a key each: both stay, and the one that no state has is named", async (t) => {
    const { one, other } = await startTwo(t);
    const first = await one.rotate(one.staticKey, null);
    const second = await one.rotate(one.staticKey, first);
    const [third, twin] = await Promise.all([one, other].map((each) => each.rotate(each.staticKey, second)));
    assert.ok(third && twin);
    assert.notEqual(third.id, twin.id);
    for (const id of [second.id, third.id, twin.id]) assert.ok(one.idsOf().includes(id), id);
    // ESC keeps one of the two. The other one, and the key that it named as the previous, are somebody's perhaps.
    const fourth = await other.rotate(other.staticKey, third);
    const fifth = await one.rotate(one.staticKey, fourth);
    for (const id of [twin.id, second.id, fourth.id, fifth.id]) assert.ok(one.idsOf().includes(id), id);
    assert.ok(!one.idsOf().includes(third.id));
    const warnings = [...one.ports.warnings, ...other.ports.warnings].join();
    assert.match(warnings, new RegExp(`key ${twin.id} \\(.*It stays`));
  });

  test("of which one sees a key of the other one on trial leave it alone once it is handed out", async (t) => {
    const { one, other } = await startTwo(t);
    const first = await one.rotate(one.staticKey, null);
    const second = await one.rotate(one.staticKey, first);
    one.iam.fail({ operation: "AccessKey.update", fault: { pause: "before" } });
    const onTrial = other.rotate(other.staticKey, second);
    const trial = await one.iam.held();
    one.iam.fail({ operation: "AccessKey.create", fault: { pause: "before" } });
    const behind = one.rotate(one.staticKey, second);
    const create = await one.iam.held();
    trial.release();
    const twin = await onTrial;
    create.release();
    const third = await behind;
    one.assertKeys([second.id, twin.id, third.id]);
  });

  test("answer a call that is repeated at the other one with a key of its own, and the lost one stays", async (t) => {
    const { one, other } = await startTwo(t);
    const first = await one.rotate(one.staticKey, null);
    const lost = await one.rotate(one.staticKey, first);
    const again = await other.rotate(other.staticKey, first);
    assert.notEqual(again.id, lost.id);
    one.assertKeys([first.id, lost.id, again.id]);
    assert.match(other.ports.warnings.join(), new RegExp(`key ${lost.id} \\(.*It stays`));
  });

  test("of AWS: the second is refused where the first has taken the place, and names its key", async (t) => {
    const { one, other } = await startTwo(t);
    const first = await one.rotate(one.awsKey, null);
    const lost = await one.rotate(one.awsKey, first);
    const reason = await other.refused(409, other.awsKey, first);
    assert.ok(reason.includes(lost.id), reason);
    one.assertKeys([first.id, lost.id], one.iam.userName);
  });

  test("hand over while one is being stopped: what it is at is answered, and the other one goes on", async (t) => {
    const { one, other } = await startTwo(t);
    const first = await one.rotate(one.staticKey, null);
    one.iam.fail({ operation: "AccessKey.create", fault: { pause: "after" } });
    const rotation = one.rotate(one.staticKey, first);
    const held = await one.iam.held();
    const closed = one.server.close();
    const elsewhere = await other.rotate({ ...other.staticKey, name: "downloads" }, null);
    held.release();
    const second = await rotation;
    await closed;
    const third = await other.rotate(other.staticKey, second);
    one.assertKeys([second.id, third.id, elsewhere.id]);
  });
});

test("an answer that does not arrive is told of, and the same request gets it", async (t) => {
  const world = await RotatorWorld.start(t);
  const body = JSON.stringify({ request: world.staticKey, state: null });
  const token = await world.token(body);
  world.iam.fail({ operation: "AccessKey.create", fault: { pause: "after" } });
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const call = httpRequest(world.address, { method: "POST", headers });
  call.on("error", () => {});
  call.end(body);
  const held = await world.iam.held();
  call.destroy();
  held.release();
  const answer = await world.rotate(world.staticKey, null);
  world.assertKeys([answer.id]);
  assert.match(world.log.join("\n"), new RegExp(`the answer with key ${answer.id} did not arrive`));
  world.assertSilent();
});

test("no environment takes all of the rotator: those that wait for too much are told so, and nothing was done for them", async (t) => {
  const world = await RotatorWorld.start(t);
  world.iam.fail({ operation: "AccessKey.create", fault: { pause: "before" } });
  const first = world.call(world.staticKey, null);
  const held = await world.iam.held();
  const more = Array.from({ length: 12 }, (_, index) =>
    world.call({ ...world.staticKey, description: `${index}` }, null),
  );
  const refused = (await Promise.race([
    Promise.any(more.map(async (each) => ((await each).status === 503 ? each : Promise.reject()))),
    first,
  ])) as Awaited<typeof first>;
  assert.equal(refused.status, 503);
  assert.match(String(refused.body.error), /calls for esc:.* wait already, so nothing was done/);
  held.release();
  const statuses = (await Promise.all([first, ...more])).map(({ status }) => status);
  assert.equal(statuses.filter((status) => status === 200).length, 8);
  assert.equal(world.idsOf().length, 8);
});
