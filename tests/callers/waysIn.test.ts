import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import type { YandexIam } from "../../provider/api/yandexIam.ts";
import { type CallerWorld, MINUTE_MS, startCallerWorld, WAYS_IN, type WayIn } from "./callerWorld.ts";

/** The caller of this way in, with its setting in that place. */
async function callerOf(world: CallerWorld, way: WayIn, place: "config" | "environment") {
  const prepared = await way.prepare?.(world);
  const named = { config: {}, environment: {}, [place]: (await way[place](world)) ?? {} };
  return world.caller({
    config: named.config,
    environment: { ...prepared?.environment, ...named.environment },
    ...(prepared?.vendor === undefined ? {} : { vendor: prepared.vendor }),
  });
}

const CALL = "IamToken.createForServiceAccount";
const callWith = ({ iam }: CallerWorld, api: YandexIam) =>
  api.createTokenForServiceAccount(iam.serviceAccountId);

/** How often a token was made; what every call makes is not counted. */
const mints = (world: CallerWorld) => world.operations().filter((operation) => operation !== CALL);

test("the table of the documentation has these ways in, in this order, under these settings", async () => {
  const text = await readFile(new URL("../../docs/credentials.md", import.meta.url), "utf8");
  const [table = ""] = /^\| way in [\s\S]*?(?=\n\n)/m.exec(text) ?? [];
  const rows = table
    .split("\n")
    .slice(2)
    .map((line) => line.split("|").map((cell) => cell.trim()));
  await using world = await startCallerWorld();
  const settings = (of: Readonly<Record<string, string>> | undefined) => Object.keys(of ?? {});
  assert.deepEqual(
    rows.map(([, name, config = "", environment = ""]) => ({
      name,
      config: [...config.matchAll(/`([\w:]*[A-Za-z]{5,}[\w:]*)`/g)].map(([, setting]) => setting),
      environment: [...environment.matchAll(/`(YC_\w+)`/g)].map(([, setting]) => setting),
    })),
    await Promise.all(
      Object.entries(WAYS_IN).map(async ([name, way]) => ({
        name,
        config: settings(await way.config(world)),
        environment: settings(await way.environment(world)),
      })),
    ),
  );
});

describe("each way in", { concurrency: true }, () => {
  for (const [name, way] of Object.entries(WAYS_IN)) {
    test(`${name}: one token serves twenty calls at once, and an hour later another one does`, async () => {
      await using world = await startCallerWorld();
      const { api } = await callerOf(world, way, "config");
      assert.match(api.caller.origin ?? "", way.origin);
      assert.deepEqual(world.operations(), [], "making a caller sends nothing");
      await Promise.all(Array.from({ length: 20 }, () => callWith(world, api)));
      assert.deepEqual(mints(world), way.mint);
      world.time += 59 * MINUTE_MS;
      await callWith(world, api);
      assert.deepEqual(mints(world), way.mint);
      world.time += 2 * MINUTE_MS;
      await Promise.all(Array.from({ length: 20 }, () => callWith(world, api)));
      assert.deepEqual(mints(world), [...way.mint, ...way.mint]);
    });

    test(`${name}: from the environment, the token is that of the right account`, async () => {
      await using world = await startCallerWorld();
      const { api } = await callerOf(world, way, "environment");
      assert.match(api.caller.origin ?? "", way.origin);
      const token = await api.caller.token();
      assert.deepEqual(mints(world), way.mint);
      assert.deepEqual(world.tokenOwners(), way.mint.length === 0 ? [] : [way.owner(world)]);
      assert.equal(token === world.iam.environment.YC_TOKEN, way.mint.length === 0);
    });

    if (way.mint.length === 0) continue;

    test(`${name}: a token that is refused in the middle of a run is made anew once`, async () => {
      await using world = await startCallerWorld();
      const { api } = await callerOf(world, way, "config");
      await callWith(world, api);
      const [first] = world.iam.keys().filter(({ kind }) => kind === "yandex:IamToken");
      world.iam.remove(first?.id ?? "");
      await Promise.all(Array.from({ length: 10 }, () => callWith(world, api)));
      assert.deepEqual(mints(world), [...way.mint, ...way.mint]);
    });

    test(`${name}: a renewal that fails ends no run while the token is good`, async () => {
      await using world = await startCallerWorld();
      const { api } = await callerOf(world, way, "config");
      const token = await api.caller.token();
      world.time += 61 * MINUTE_MS;
      const [operation = ""] = way.mint;
      world.iam.fail({ operation, times: 10, fault: { status: 403, message: "Not now." } });
      assert.equal(await api.caller.token(), token);
      assert.equal(await api.caller.token(), token);
      assert.equal(mints(world).length, 2, "the next attempt waits");
      world.time += MINUTE_MS;
      assert.equal(await api.caller.token(), token);
      assert.equal(mints(world).length, 3);
      world.time += 11 * 60 * MINUTE_MS;
      await assert.rejects(api.caller.token(), /Not now\.|Forbidden/);
    });

    test(`${name}: on top of it, another service account is impersonated`, async () => {
      await using world = await startCallerWorld();
      const other = world.iam.addServiceAccount();
      const settings = await callerOf(world, way, "config");
      const { api } = world.caller({
        config: { ...(await way.config(world)), "yandex:impersonateServiceAccount": other },
        environment: settings.ports.environment as Record<string, string>,
        ...(settings.ports.machineVendor?.() ? { vendor: "Yandex" } : {}),
      });
      await Promise.all(Array.from({ length: 20 }, () => api.caller.token()));
      assert.deepEqual(world.operations(), [...way.mint, CALL]);
      assert.deepEqual(world.tokenOwners(), [way.owner(world), other]);
    });
  }
});

describe("precedence", { concurrency: true }, () => {
  const named = Object.entries(WAYS_IN).filter(([name]) => !/current|own/.test(name));

  test("a setting of the stack's config wins over each of the environment", async () => {
    await using world = await startCallerWorld();
    for (const [inConfig, winner] of named) {
      for (const [inEnvironment, loser] of named) {
        if (winner === loser) continue;
        const prepared = { ...(await loser.prepare?.(world)), ...(await winner.prepare?.(world)) };
        const { api } = world.caller({
          config: (await winner.config(world)) ?? {},
          environment: { ...(await loser.environment(world)), ...prepared.environment },
        });
        assert.match(api.caller.origin ?? "", winner.origin, `${inConfig} over ${inEnvironment}`);
      }
    }
    assert.deepEqual(world.operations(), []);
  });

  for (const place of ["config", "environment"] as const) {
    test(`two ways in of the ${place} contradict each other`, async () => {
      await using world = await startCallerWorld();
      for (const [index, [, first]] of named.entries()) {
        for (const [, second] of named.slice(index + 1)) {
          const both = { ...(await first[place](world)), ...(await second[place](world)) };
          assert.throws(
            () => world.caller({ [place]: both }),
            new RegExp(
              `^IamKeysError: ${Object.keys(both).join(" and ")} are both set, so it is not clear whose credentials to use\\.`,
            ),
          );
        }
      }
      assert.deepEqual(world.operations(), []);
    });
  }

  test("a setting wins over the VM, which wins over the current profile", async () => {
    await using world = await startCallerWorld();
    await WAYS_IN["current profile of the yc CLI"]?.prepare?.(world);
    const environment = { YC_TOKEN: "t1.a" };
    const origins = [{ vendor: "Yandex", environment }, { vendor: "Yandex" }, { vendor: "QEMU" }, {}];
    assert.deepEqual(
      origins.map((settings) => world.caller(settings).api.caller.origin?.replace(/ in .*/, "")),
      ["environment variable YC_TOKEN", "the service account of this VM", 'profile "ops"', 'profile "ops"'],
    );
  });

  test("without any of them there are no credentials, and nothing is sent", async () => {
    await using world = await startCallerWorld();
    assert.throws(() => world.caller({ vendor: "QEMU" }), /\[NO_CREDENTIALS\].*docs\/credentials\.md/);
    assert.deepEqual(world.operations(), []);
  });
});
