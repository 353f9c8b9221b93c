import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CreateAccessKeyCommand, IAMClient } from "@aws-sdk/client-iam";
import type { AwsPolicy, LocalIam, RoleBinding, YandexRole } from "../../local/iam/index.ts";
import type { Properties } from "../../provider/kinds/kind.ts";
import { yandex } from "../../sdk/index.ts";
import { type Run, Stack } from "../../simulation/stack.ts";
import { DAY, HOUR, startWorld, type World } from "../../simulation/world.ts";
import { documentedPolicy, documentedRoles, section } from "./support/securityDocument.ts";

const ROLES = documentedRoles();

/** A world whose caller in Yandex Cloud is a service account with these roles, on one other account. */
async function asAccount(roles: readonly YandexRole[], on: (iam: LocalIam) => string = quickstart) {
  const world = await startWorld();
  const robot = world.iam.addServiceAccount();
  world.iam.setRoles(
    robot,
    roles.map((role): RoleBinding => ({ role, on: on(world.iam) })),
  );
  world.config["yandex:token"] = world.iam.issueToken(robot, { ttlMs: 365 * DAY });
  return world;
}

/** A world whose caller in AWS is a user with this policy. */
async function asUser(policy: (userName: string) => AwsPolicy) {
  const world = await startWorld();
  const { iam } = world;
  const UserName = iam.addUser("robot");
  const client = new IAMClient({
    endpoint: iam.url,
    region: "us-east-1",
    credentials: {
      accessKeyId: iam.environment.AWS_ACCESS_KEY_ID,
      secretAccessKey: iam.environment.AWS_SECRET_ACCESS_KEY,
    },
  });
  const { AccessKey } = await client.send(new CreateAccessKeyCommand({ UserName }));
  client.destroy();
  iam.setPolicy(UserName, policy(iam.userName));
  world.config["aws:accessKey"] = AccessKey?.AccessKeyId ?? assert.fail("no key");
  world.config["aws:secretKey"] = AccessKey?.SecretAccessKey ?? assert.fail("no secret");
  return world;
}

/** Requests that whoever holds the credential may make. */
const NEED_NO_ROLE = ["IamToken.create", "IamToken.revoke", "aws:GetCallerIdentity"];

const quickstart = (iam: LocalIam) => iam.serviceAccountId;

/** All that is ever done to a resource, and what came of each step. */
async function life(world: World, type: string): Promise<{ runs: Run[]; stack: Stack }> {
  const stack = new Stack(world, type);
  const isAws = type.startsWith("aws:");
  const isRotating = type.includes("Rotating");
  const owner = isAws ? { userName: world.iam.userName } : { serviceAccountId: world.iam.serviceAccountId };
  const retirement = { overlap: "1d", retire: { unlessUsedWithin: "1h", ...(isAws ? { grace: "1d" } : {}) } };
  const change: Properties = isAws
    ? { status: "Inactive" }
    : type === "yandex:IamToken"
      ? {}
      : { description: "another" };
  const news = { ...owner, ...(isRotating ? retirement : {}) };
  const runs: Run[] = [];
  const step = async (run: Promise<Run>) => runs.push(await run);

  await step(stack.run(news));
  await step(stack.refresh());
  await step(stack.run({ ...news, ...change }));
  await step(stack.run(news));
  // A run that made a key was killed before it could hand it out: the next ones find what it lost.
  const before = stack.stored;
  if (!isAws) {
    world.advance(HOUR);
    for (const service of ["Key", "AccessKey", "ApiKey"])
      for (const method of ["update", "delete"])
        world.iam.fail({ operation: `${service}.${method}`, fault: { status: 403 } });
    await stack.run({ ...news, keepers: { generation: "lost" } });
    world.iam.clearFaults();
    stack.stored = before;
    stack.pending = [];
    world.advance(HOUR);
  }
  await step(stack.run({ ...news, keepers: { generation: "2" } }));
  await step(stack.refresh());
  world.advance(2 * DAY);
  await step(stack.run({ ...news, keepers: { generation: "2" } }));
  world.advance(2 * DAY);
  await step(stack.run({ ...news, keepers: { generation: "2" } }));
  await step(stack.destroy());
  return { runs, stack };
}

const refusals = (runs: readonly Run[]) =>
  runs.flatMap(({ error, warnings }) => [...(error ? [error.message] : []), ...warnings]);

function assertAllDone({ runs, stack }: { runs: Run[]; stack: Stack }): void {
  assert.deepEqual(
    runs.flatMap(({ error }) => error ?? []),
    [],
  );
  assert.deepEqual(
    refusals(runs).filter((text) => /PERMISSION_DENIED|not known/.test(text)),
    [],
  );
  assert.equal(stack.stored, undefined);
}

const operationsOf = (runs: readonly Run[]) => [...new Set(runs.flatMap(({ operations }) => operations))];

describe("the privileges that SECURITY.md asks for in Yandex Cloud", () => {
  test("are documented for every resource", () => {
    const named = section("Yandex Cloud").matchAll(/`yandex\.(\w+)`/g);
    assert.deepEqual([...new Set([...named].map(([, name]) => name))].sort(), Object.keys(yandex).sort());
  });

  test("let somebody make an ephemeral key for another account, and nobody without them", async () => {
    const role = "iam.serviceAccounts.ephemeralAccessKeyAdmin";
    assert.ok(section("Yandex Cloud").includes(role));
    for (const held of [role, "iam.serviceAccounts.tokenCreator"] as const) {
      await using world = await asAccount([held]);
      const news = { subjectId: world.iam.serviceAccountId, sessionName: "backup" };
      const { error } = await new Stack(world, "yandex:EphemeralAccessKey").run(news);
      if (held === role) assert.equal(error, undefined);
      else assert.match(String(error), new RegExp(`PERMISSION_DENIED.*needs the role ${role}`));
    }
  });

  for (const { role, types, operations } of ROLES) {
    test(`${role} is enough for ${types.join(" and ")}, and no more than is used`, async () => {
      const used: string[] = [];
      for (const type of types) {
        await using world = await asAccount([role]);
        const lived = await life(world, type);
        assertAllDone(lived);
        assert.deepEqual(world.keysOf(world.iam.serviceAccountId), [], "what was lost is found, too");
        used.push(...operationsOf(lived.runs));
      }
      const service = operations[0]?.split(".")[0];
      const asked = [...new Set(used)].filter((operation) => operation.split(".")[0] === service);
      assert.deepEqual(
        asked.filter((operation) => !NEED_NO_ROLE.includes(operation)).sort(),
        [...operations].sort(),
      );
    });

    for (const type of types) {
      test(`${type} without ${role} names it, though the caller has every other one`, async () => {
        const others = ROLES.map((each) => each.role).filter((each) => each !== role);
        await using world = await asAccount(others);
        const { runs } = await life(world, type);
        const account = world.iam.serviceAccountId;
        assert.match(
          String(runs[0]?.error),
          new RegExp(`PERMISSION_DENIED.*needs the role ${role} on service account ${account}`),
        );
      });

      test(`${type} is refused on every other account`, async () => {
        await using world = await asAccount([role], (iam) => iam.addServiceAccount());
        const { runs } = await life(world, type);
        assert.match(String(runs[0]?.error), /PERMISSION_DENIED/);
      });
    }
  }
});

describe("the privileges that SECURITY.md asks for in AWS", () => {
  const actions = [documentedPolicy("x").Statement[0]?.Action ?? []].flat();

  test("are those that are used", async () => {
    await using world = await asUser(documentedPolicy);
    const { runs } = await life(world, "aws:RotatingAccessKey");
    const used = operationsOf(runs).filter((operation) => !NEED_NO_ROLE.includes(operation));
    assert.deepEqual(used.map((operation) => operation.replace("aws:", "iam:")).sort(), [...actions].sort());
  });

  for (const type of ["aws:AccessKey", "aws:RotatingAccessKey"]) {
    test(`${type} lives its whole life with the policy`, async () => {
      await using world = await asUser(documentedPolicy);
      assertAllDone(await life(world, type));
      assert.deepEqual(world.keysOf(world.iam.userName), []);
    });

    for (const action of actions) {
      const without = (userName: string): AwsPolicy => ({
        Version: "2012-10-17",
        Statement: documentedPolicy(userName).Statement.map((statement) => ({
          ...statement,
          Action: actions.filter((each) => each !== action),
        })),
      });

      if (action === "iam:GetAccessKeyLastUsed" && type === "aws:AccessKey") {
        test(`${type} does without ${action}`, async () => {
          await using world = await asUser(without);
          assertAllDone(await life(world, type));
        });
        continue;
      }
      test(`${type} without ${action} names it, and the user`, async () => {
        await using world = await asUser(without);
        const { runs } = await life(world, type);
        assert.match(
          refusals(runs).join("\n"),
          new RegExp(`PERMISSION_DENIED.*must allow ${action} on user ${world.iam.userName}\\.`),
        );
      });
    }

    test(`${type} is refused for every other user`, async () => {
      await using world = await asUser((userName) => documentedPolicy(`${userName}-2`));
      const { runs } = await life(world, type);
      assert.match(String(runs[0]?.error), /PERMISSION_DENIED/);
    });
  }
});
