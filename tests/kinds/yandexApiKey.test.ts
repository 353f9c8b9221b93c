import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { yandex } from "../../sdk/index.ts";
import { UNKNOWN } from "../support/dynamicProvider.ts";
import { startKindWorld } from "../support/kindWorld.ts";
import { register } from "../support/registration.ts";
import { everyKindMust } from "./suite.ts";
import { yandexKeysMust } from "./yandexKeys.ts";

everyKindMust({
  type: "yandex:ApiKey",
  make: (name, args) => new yandex.ApiKey(name, args),
  newOwner: (iam) => iam.addServiceAccount(),
  leastInputs: (serviceAccountId) => ({ serviceAccountId }),
  everyInput: (serviceAccountId) => ({
    serviceAccountId,
    description: "search",
    tagDescription: false,
    scopes: ["yc.search-api.execute", "yc.ai.translate.execute"],
    expiresAt: "2099-01-02T03:04:05+03:00",
    keepers: { generation: "1" },
    rotate: { every: "90d" },
  }),
  outputs: ["mark", "serviceAccountId", "createdAt", "description", "maskedSecret", "secret"],
  secrets: ["secret"],
  createOperation: "ApiKey.create",
  deleteOperation: "ApiKey.delete",
  sweep: ["ApiKey.list"],
  replacing: (iam) => ({ serviceAccountId: iam.addServiceAccount(), keepers: { generation: "2" } }),
  inPlace: { property: "description", to: "find", operations: ["ApiKey.update"] },
  drift: { patch: { description: "by hand" }, updateOperation: "ApiKey.update" },
  async works(iam, _id, { serviceAccountId, secret }) {
    const { status } = await fetch(`${iam.url}/iam/v1/serviceAccounts/${serviceAccountId}`, {
      headers: { authorization: `Api-Key ${secret}` },
    });
    return status === 200;
  },
  omittable: "secret",
  omittedField: /ApiKey\.create .*\bsecret\b/,
  deletableWithoutSecret: true,
});

yandexKeysMust({
  type: "yandex:ApiKey",
  make: (name, args) => new yandex.ApiKey(name, args),
  service: "ApiKey",
  untried: {},
});

const DAY = 24 * 60 * 60 * 1000;

describe("yandex:ApiKey", () => {
  async function begin(args: object) {
    const world = await startKindWorld();
    const { registration } = await register((name) => new yandex.ApiKey(name, args));
    const news = { ...registration.inputs, serviceAccountId: world.iam.addServiceAccount() };
    return { world, news, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
  }

  test("scopes and expiresAt change in place, each in one request with the rest untouched", async () => {
    await using s = await begin({ scopes: ["a"], expiresAt: "2099-01-01T00:00:00Z" });
    const { id, outputs, inputs } = await s.world.up(s.news);
    const changes = [{ scopes: ["b", "a"] }, { expiresAt: "2098-01-01T00:00:00Z" }, { description: "d" }];
    let held = outputs;
    for (const change of changes) {
      const wanted = { ...inputs, scopes: held.scopes, expiresAt: held.expiresAt, ...change };
      assert.deepEqual((await s.world.provider.diff(id, held, wanted)).replaces, []);
      const { result, operations } = await s.world.during(() => s.world.provider.update(id, held, wanted));
      assert.deepEqual(
        operations.filter((operation) => operation !== "ApiKey.list"),
        ["ApiKey.update"],
      );
      assert.deepEqual(result, { ...held, ...change });
      assert.deepEqual((await s.world.provider.read(id, result)).inputs, undefined);
      held = result;
    }
  });

  test("the order of scopes, another spelling of a moment and an answer without scopes are no change", async () => {
    await using s = await begin({ scopes: ["a", "b"], expiresAt: "2099-01-01T03:00:00+03:00" });
    const { id, outputs, inputs } = await s.world.up(s.news);
    const same = { ...inputs, scopes: ["b", "a"], expiresAt: "2099-01-01T00:00:00.000Z" };
    assert.equal((await s.world.provider.diff(id, outputs, same)).changes, false);
    const { scopes: _, ...without } = outputs;
    const { scopes: __, ...unsaid } = inputs;
    assert.equal((await s.world.provider.diff(id, without, unsaid)).changes, false);
    assert.equal((await s.world.provider.diff(id, outputs, unsaid)).changes, false);
  });

  test("scopes that a preview does not know yet may be different ones", async () => {
    await using s = await begin({});
    const scopes = [UNKNOWN, "yc.search-api.execute", UNKNOWN];
    assert.deepEqual((await s.world.provider.check({}, { ...s.news, scopes })).failures, []);
  });

  test("expiresAt taken away makes the key last", async () => {
    await using s = await begin({ expiresAt: "2099-01-01T00:00:00Z" });
    const { id, outputs, inputs } = await s.world.up(s.news);
    const { expiresAt: _, ...wanted } = inputs;
    const updated = await s.world.provider.update(id, outputs, wanted);
    assert.equal(updated.expiresAt, undefined);
    assert.equal((await s.world.provider.read(id, updated)).outputs.expiresAt, undefined);
  });

  test("expiresIn: the key ends that long after it was made, and is due well before", async () => {
    await using s = await begin({ expiresIn: "180d" });
    const { id, outputs, inputs } = await s.world.up(s.news);
    const after = (moment: unknown) => Date.parse(String(moment)) - Date.parse(String(outputs.createdAt));
    assert.ok(Math.abs(after(outputs.expiresAt) - 180 * DAY) < 60_000);
    assert.ok(Math.abs(after(outputs.rotatesAt) - 120 * DAY) < 60_000);
    const { inputs: again } = await s.world.provider.check(inputs, s.news);
    assert.equal((await s.world.provider.diff(id, outputs, again)).changes, false);
    assert.equal((await s.world.provider.read(id, outputs)).inputs, undefined);
    const { inputs: shorter } = await s.world.provider.check(inputs, { ...s.news, expiresIn: "90d" });
    const difference = await s.world.provider.diff(id, outputs, shorter);
    assert.deepEqual(difference.replaces, []);
    const updated = await s.world.provider.update(id, outputs, shorter);
    assert.ok(Math.abs(after(updated.expiresAt) - 90 * DAY) < 60_000);
  });

  test("expiryMargin: the key ends that long after its policy is done with it, and an end only ever gets later", async () => {
    await using s = await begin({});
    const policy = (every: string) => ({ ...s.news, rotate: { every }, expiryMargin: "30d" });
    const { id, outputs, inputs } = await s.world.up(policy("90d"));
    const ends = ({ expiresAt }: Record<string, unknown>) =>
      Math.round((Date.parse(String(expiresAt)) - Date.parse(String(outputs.createdAt))) / DAY);
    assert.equal(ends(outputs), 90 + 1 + 30);
    const changed = async (every: string) => {
      const { inputs: news } = await s.world.provider.check(inputs, policy(every));
      assert.deepEqual((await s.world.provider.diff(id, outputs, news)).replaces, []);
      return s.world.provider.update(id, outputs, news);
    };
    assert.equal(ends(await changed("10d")), 121);
    assert.equal(ends(await changed("100d")), 131);
  });

  test("what does not go together is refused", async () => {
    await using s = await begin({});
    const cases = [
      [
        { expiresAt: "2099-01-01T00:00:00Z", expiresIn: "90d" },
        /expiresAt and expiresIn cannot both be given/,
      ],
      [
        { expiryMargin: "30d", expiresIn: "90d", rotate: { every: "30d" } },
        /expiresIn and expiryMargin cannot both be given/,
      ],
      [{ expiryMargin: "30d" }, /expiryMargin needs rotate/],
      [
        { expiryMargin: "30d", rotate: { every: "30d", paused: true } },
        /expiryMargin must be left out with rotate\.paused/,
      ],
      [
        { expiresIn: "90d", rotate: { every: "90d" } },
        /rotate\.every \(90d\) must be shorter than expiresIn \(90d\)/,
      ],
      [{ scopes: [] }, /scopes must not be empty/],
      [{ scopes: ["a", "a"] }, /scopes must not name a scope twice/],
      [{ scopes: Array.from({ length: 101 }, (_, n) => `s${n}`) }, /scopes must have at most 100/],
      [{ scopes: ["s".repeat(257)] }, /scopes\.0 must be at most 256 characters long/],
      [{ expiresAt: "tomorrow" }, /expiresAt must be/],
      [{ expiresAt: "2020-01-01T00:00:00Z" }, /expiresAt must be in the future/],
    ] as const;
    for (const [inputs, reason] of cases) {
      const { failures } = await s.world.provider.check({}, { ...s.news, ...inputs });
      assert.equal(failures.length, 1, JSON.stringify(inputs));
      assert.match(String(failures[0]?.reason), reason);
    }
  });

  test("expiresAt may be over for a key that exists, and not for a new one", async () => {
    await using s = await begin({});
    const over = { ...s.news, expiresAt: "2020-01-01T00:00:00Z" };
    const failuresAfter = async (olds: Record<string, unknown>) =>
      (await s.world.provider.check(olds, over)).failures;
    assert.deepEqual(await failuresAfter({ ...over, expiresAt: "2020-01-01T03:00:00+03:00" }), []);
    assert.equal((await failuresAfter({ ...over, expiresAt: "2019-01-01T00:00:00Z" })).length, 1);
    const { operations } = await s.world.during(() =>
      assert.rejects(s.world.provider.create(over), /expiresAt must be in the future/),
    );
    assert.deepEqual(operations, []);
  });
});
