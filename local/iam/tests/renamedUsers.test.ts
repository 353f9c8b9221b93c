import assert from "node:assert/strict";
import { test } from "node:test";
import {
  GetAccessKeyLastUsedCommand,
  GetUserCommand,
  ListAccessKeysCommand,
  paginateListUsers,
  UpdateUserCommand,
} from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import got from "got";
import type { LocalIam } from "../index.ts";
import { aws, awsKeyOf, startForTest } from "./startForTest.ts";

const account = "123456789012";

/** The ways of renaming a user. */
const ways: Readonly<
  Record<
    string,
    (client: ReturnType<typeof aws>, iam: LocalIam, name: string, newName: string) => Promise<unknown>
  >
> = {
  UpdateUser: (client, _iam, UserName, NewUserName) =>
    client.send(new UpdateUserCommand({ UserName, NewUserName })),
  "a test": async (_client, iam, name, newName) => iam.renameUser(name, newName),
  "another process": (_client, iam, name, newName) =>
    got.post(`${iam.url}/_local/renamedUsers`, { json: { name, newName }, retry: { limit: 0 } }),
};

for (const [who, rename] of Object.entries(ways)) {
  test(`a user whom ${who} renames keeps keys, policy and id under the new name`, async (t) => {
    const iam = await startForTest(t);
    const admin = aws(t, iam);
    const key = await awsKeyOf(t, iam, iam.userName);
    iam.setPolicy(iam.userName, {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "iam:GetUser", Resource: "*" }],
    });
    const before = await admin.send(new GetUserCommand({ UserName: iam.userName }));

    await rename(admin, iam, iam.userName, "renamed");
    const { User } = await admin.send(new GetUserCommand({ UserName: "renamed" }));
    assert.deepEqual(User, {
      ...before.User,
      UserName: "renamed",
      Arn: `arn:aws:iam::${account}:user/renamed`,
    });
    const UserName = "renamed";
    const { AccessKeyMetadata } = await admin.send(new ListAccessKeysCommand({ UserName }));
    assert.deepEqual(
      AccessKeyMetadata?.map((listed) => [listed.AccessKeyId, listed.UserName]),
      [[key.accessKeyId, UserName]],
    );
    const used = await admin.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: key.accessKeyId }));
    assert.equal(used.UserName, UserName);
    assert.equal(iam.keys()[0]?.owner, UserName);
    await assert.rejects(admin.send(new ListAccessKeysCommand({ UserName: iam.userName })), {
      name: "NoSuchEntityException",
    });

    const sts = new STSClient({ endpoint: iam.url, region: "us-east-1", credentials: key, maxAttempts: 1 });
    t.after(() => sts.destroy());
    assert.equal((await sts.send(new GetCallerIdentityCommand({}))).Arn, User?.Arn);
    const user = aws(t, iam, key);
    assert.equal((await user.send(new GetUserCommand({}))).User?.UserName, UserName);
    await assert.rejects(user.send(new ListAccessKeysCommand({})), { name: "AccessDenied" });

    iam.addUser(iam.userName);
    const { AccessKeyMetadata: none } = await admin.send(
      new ListAccessKeysCommand({ UserName: iam.userName }),
    );
    assert.deepEqual(none, [], "who takes the old name has none of the keys");
    iam.remove(UserName);
    assert.deepEqual(iam.keys(), []);
  });
}

test("a name that is taken, or a user who is unknown, changes nothing", async (t) => {
  const iam = await startForTest(t);
  const other = iam.addUser("other");
  await assert.rejects(
    aws(t, iam).send(new UpdateUserCommand({ UserName: iam.userName, NewUserName: other })),
    { name: "EntityAlreadyExistsException" },
  );
  assert.throws(() => iam.renameUser(iam.userName, other), /already/);
  assert.throws(() => iam.renameUser("nobody", "somebody"), /no AWS user "nobody"/);
  await aws(t, iam).send(new GetUserCommand({ UserName: iam.userName }));
});

test("a path changes by itself, and renamed users keep their places in lists", async (t) => {
  const iam = await startForTest(t);
  const client = aws(t, iam);
  iam.addUser("other");
  await client.send(new UpdateUserCommand({ UserName: iam.userName, NewPath: "/robots/" }));
  const { User } = await client.send(new GetUserCommand({ UserName: iam.userName }));
  assert.equal(User?.Arn, `arn:aws:iam::${account}:user/robots/${iam.userName}`);
  iam.renameUser(iam.userName, "renamed");
  const names: (string | undefined)[] = [];
  for await (const { Users = [] } of paginateListUsers({ client, pageSize: 1 }, {})) {
    names.push(...Users.map(({ UserName }) => UserName));
  }
  assert.deepEqual(names, [iam.callerUserName, "renamed", "other"]);
  await assert.rejects(client.send(new UpdateUserCommand({ UserName: "renamed", NewPath: "no slashes" })), {
    name: "ValidationError",
  });
});

test("to rename a user one has to be allowed it for both names", async (t) => {
  const iam = await startForTest(t);
  const user = aws(t, iam, await awsKeyOf(t, iam, iam.userName));
  const allow = (...names: string[]) =>
    iam.setPolicy(iam.userName, {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: "iam:UpdateUser",
          Resource: names.map((name) => `arn:aws:iam::${account}:user/${name}`),
        },
      ],
    });
  iam.addUser("bob");
  const rename = () => user.send(new UpdateUserCommand({ UserName: "bob", NewUserName: "robert" }));
  allow("bob");
  await assert.rejects(rename(), /on resource: .*user\/robert/);
  allow("robert");
  await assert.rejects(rename(), /on resource: .*user\/bob/);
  allow("bob", "robert");
  await rename();
});
