import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { yandex } from "../../sdk/index.ts";
import { startKindWorld } from "../support/kindWorld.ts";
import { register } from "../support/registration.ts";

const SESSION = { sessionName: "backup" };

async function begin(args: Partial<yandex.EphemeralAccessKeyArgs> = {}) {
  const world = await startKindWorld();
  const { registration } = await register(
    (name) => new yandex.EphemeralAccessKey(name, { ...SESSION, ...args }),
  );
  return {
    world,
    registration,
    news: registration.inputs,
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

describe("yandex:EphemeralAccessKey", () => {
  test("is made with one request, works until it ends, and is gone then", async () => {
    const policy = { Version: "2012-10-17", Statement: [] };
    await using s = await begin({ policy, duration: "15m", minTtl: "5m" });
    assert.deepEqual(s.registration.additionalSecretOutputs, ["secretAccessKey", "sessionToken"]);
    const { result, operations } = await s.world.during(() => s.world.up(s.news));
    const { id, outputs } = result;
    assert.deepEqual(operations, ["TemporaryAccessKey.createEphemeral"]);
    assert.equal(id, s.world.iam.keys().find(({ kind }) => kind === "yandex:EphemeralAccessKey")?.id);
    assert.equal(Math.round((Date.parse(String(outputs.expiresAt)) - Date.now()) / 60_000), 15);
    assert.deepEqual(await s.world.provider.read(id, outputs), { id, outputs, inputs: undefined });
    assert.equal((await s.world.provider.diff(id, outputs, result.inputs)).changes, false);
    const over = { ...outputs, expiresAt: "2020-01-01T00:00:00Z" };
    assert.equal((await s.world.provider.read(id, over)).id, "");
    await s.world.provider.delete(id, outputs);
  });

  test("with less than minTtl left it is replaced", async () => {
    await using s = await begin({ duration: "2h" });
    const { id, outputs, inputs } = await s.world.up(s.news);
    const soon = { ...outputs, expiresAt: new Date(Date.now() + 59 * 60_000).toISOString() };
    assert.deepEqual((await s.world.provider.diff(id, soon, inputs)).replaces, ["expiresAt"]);
  });

  test("a policy as text and as an object is the same; another one replaces", async () => {
    const policy = { Statement: [{ Effect: "Allow" }] };
    await using s = await begin({ policy });
    const { id, outputs, inputs } = await s.world.up(s.news);
    const asText = { ...inputs, policy: JSON.stringify(policy) };
    assert.equal((await s.world.provider.diff(id, outputs, asText)).changes, false);
    for (const change of [
      { policy: "{}" },
      { sessionName: "other" },
      { duration: "1h" },
      { subjectId: "aje" },
    ]) {
      const { replaces } = await s.world.provider.diff(id, outputs, { ...inputs, ...change });
      assert.deepEqual(replaces, Object.keys(change));
    }
  });

  test("a wrong argument is refused before any request", async () => {
    await using s = await begin();
    const cases = [
      [{ sessionName: null }, /sessionName is required/],
      [{ sessionName: "a b" }, /sessionName must consist only of/],
      [{ sessionName: "n".repeat(65) }, /sessionName must be at most 64/],
      [{ policy: "[]" }, /policy must be a JSON object/],
      [{ policy: "no JSON" }, /policy must be a JSON object/],
      [{ policy: { a: "x".repeat(2048) } }, /policy must be at most 2048 characters/],
      [{ duration: "14m" }, /duration must be from "15m" to "8760h"/],
      [{ duration: "366d" }, /duration must be from/],
      [{ duration: "15m" }, /minTtl \(1h\) must be shorter than duration \(15m\)/],
    ] as const;
    for (const [inputs, reason] of cases) {
      const { result, operations } = await s.world.during(() =>
        s.world.provider.check({}, { ...s.news, ...inputs }),
      );
      assert.equal(result.failures.length, 1, JSON.stringify(inputs));
      assert.match(String(result.failures[0]?.reason), reason);
      assert.deepEqual(operations, []);
    }
  });
});
