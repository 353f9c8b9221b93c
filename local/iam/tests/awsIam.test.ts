import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  GetAccessKeyLastUsedCommand,
  GetUserCommand,
  ListAccessKeysCommand,
  ListUsersCommand,
  paginateListAccessKeys,
  UpdateAccessKeyCommand,
  UpdateUserCommand,
} from "@aws-sdk/client-iam";
import { aws, awsKeyOf, startForTest } from "./startForTest.ts";

const named = (name: string, status: number) => (error: unknown) => {
  const { name: actual, $metadata } = error as { name: string; $metadata: { httpStatusCode: number } };
  assert.deepEqual([actual, $metadata.httpStatusCode], [name, status]);
  return true;
};

test("an access key lives its life: create, list, update, delete", async (t) => {
  const iam = await startForTest(t);
  const admin = aws(t, iam);
  const UserName = iam.userName;

  const { AccessKey: created } = await admin.send(new CreateAccessKeyCommand({ UserName }));
  assert.match(created?.AccessKeyId ?? "", /^AKIA[A-Z2-7]{16}$/);
  assert.match(created?.SecretAccessKey ?? "", /^[A-Za-z0-9+/]{40}$/);
  assert.equal(created?.Status, "Active");
  assert.ok(created.SecretAccessKey && iam.secrets().includes(created.SecretAccessKey));
  const AccessKeyId = created.AccessKeyId;

  await admin.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: "Inactive" }));
  const { AccessKeyMetadata } = await admin.send(new ListAccessKeysCommand({ UserName }));
  assert.deepEqual(AccessKeyMetadata, [
    { UserName, AccessKeyId, Status: "Inactive", CreateDate: created.CreateDate },
  ]);
  assert.deepEqual(
    iam.keys().map(({ kind, id, owner, status }) => ({ kind, id, owner, status })),
    [{ kind: "aws:AccessKey", id: AccessKeyId, owner: UserName, status: "Inactive" }],
  );

  await admin.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
  assert.deepEqual(iam.keys(), []);
  await assert.rejects(
    admin.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId })),
    named("NoSuchEntityException", 404),
  );
});

test("a user has two access keys at most, even when they are asked for at once", async (t) => {
  const iam = await startForTest(t);
  const admin = aws(t, iam);
  const create = () => admin.send(new CreateAccessKeyCommand({ UserName: iam.userName }));
  const results = await Promise.allSettled([create(), create(), create()]);
  assert.equal(iam.keys().length, 2);
  const refused = results.find((result) => result.status === "rejected");
  named("LimitExceededException", 409)(refused?.reason);
});

test("a user who does not exist is NoSuchEntity in every action", async (t) => {
  const iam = await startForTest(t);
  const { accessKeyId: AccessKeyId } = await awsKeyOf(t, iam, iam.userName);
  const client = aws(t, iam);
  const UserName = "nobody";
  const calls = [
    () => client.send(new GetUserCommand({ UserName })),
    () => client.send(new UpdateUserCommand({ UserName, NewUserName: "somebody" })),
    () => client.send(new DeleteUserCommand({ UserName })),
    () => client.send(new CreateAccessKeyCommand({ UserName })),
    () => client.send(new ListAccessKeysCommand({ UserName })),
    () => client.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: "Inactive" })),
    () => client.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId })),
  ];
  for (const call of calls) await assert.rejects(call, named("NoSuchEntityException", 404));
  assert.deepEqual(
    iam.keys().map(({ id, status }) => [id, status]),
    [[AccessKeyId, "Active"]],
  );
});

test("a key that does not exist is NoSuchEntity, and another user's key too", async (t) => {
  const iam = await startForTest(t);
  const admin = aws(t, iam);
  const { accessKeyId } = await awsKeyOf(t, iam, iam.userName);
  const missing = named("NoSuchEntityException", 404);
  for (const { UserName, AccessKeyId } of [
    { UserName: iam.addUser("other"), AccessKeyId: accessKeyId },
    { UserName: iam.userName, AccessKeyId: "AKIAAAAAAAAAAAAAAAAA" },
  ]) {
    await assert.rejects(admin.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId })), missing);
    await assert.rejects(
      admin.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: "Inactive" })),
      missing,
    );
  }
  assert.equal(iam.keys().length, 1);
});

test("the last use of a key that does not exist is AccessDenied, even for an administrator", async (t) => {
  const iam = await startForTest(t);
  const AccessKeyId = "AKIAAAAAAAAAAAAAAAAA";
  await assert.rejects(aws(t, iam).send(new GetAccessKeyLastUsedCommand({ AccessKeyId })), (error: Error) => {
    named("AccessDenied", 403)(error);
    assert.equal(
      error.message,
      `User: arn:aws:iam::123456789012:user/${iam.callerUserName} is not authorized to perform iam:GetAccessKeyLastUsed on resource: access key ${AccessKeyId}`,
    );
    return true;
  });
});

test("parameters are validated", async (t) => {
  const iam = await startForTest(t);
  const admin = aws(t, iam);
  const invalid = named("ValidationError", 400);
  await assert.rejects(admin.send(new CreateAccessKeyCommand({ UserName: "no spaces" })), invalid);
  await assert.rejects(admin.send(new DeleteAccessKeyCommand({ AccessKeyId: "short" })), invalid);
  await assert.rejects(admin.send(new ListAccessKeysCommand({ MaxItems: 0 })), invalid);
  await assert.rejects(admin.send(new ListAccessKeysCommand({ Marker: "made up" })), invalid);
});

test("without UserName it is about the signer", async (t) => {
  const iam = await startForTest(t);
  const user = aws(t, iam, await awsKeyOf(t, iam, iam.userName));
  assert.equal((await user.send(new GetUserCommand({}))).User?.UserName, iam.userName);
  const { AccessKey } = await user.send(new CreateAccessKeyCommand({}));
  assert.equal(AccessKey?.UserName, iam.userName);
  const { AccessKeyMetadata } = await user.send(new ListAccessKeysCommand({}));
  assert.equal(AccessKeyMetadata?.length, 2);
  await user.send(new DeleteAccessKeyCommand({ AccessKeyId: AccessKey?.AccessKeyId }));
  assert.equal(iam.keys().length, 1);
});

test("access keys are given in pages", async (t) => {
  const iam = await startForTest(t);
  const UserName = iam.userName;
  const ids = [await awsKeyOf(t, iam, UserName), await awsKeyOf(t, iam, UserName)].map(
    (key) => key.accessKeyId,
  );
  const listed: (string | undefined)[] = [];
  const pages = paginateListAccessKeys({ client: aws(t, iam), pageSize: 1 }, { UserName });
  for await (const { AccessKeyMetadata = [] } of pages) {
    assert.equal(AccessKeyMetadata.length, 1);
    listed.push(...AccessKeyMetadata.map(({ AccessKeyId }) => AccessKeyId));
  }
  assert.deepEqual(listed, ids);
});

test("the last use of a key is known, and what it was used for", async (t) => {
  const iam = await startForTest(t);
  const key = await awsKeyOf(t, iam, iam.userName);
  const command = new GetAccessKeyLastUsedCommand({ AccessKeyId: key.accessKeyId });
  const before = await aws(t, iam).send(command);
  assert.equal(before.UserName, iam.userName);
  assert.deepEqual(before.AccessKeyLastUsed, { Region: "N/A", ServiceName: "N/A" });
  await aws(t, iam, key).send(new GetUserCommand({}));
  const { AccessKeyLastUsed } = await aws(t, iam).send(command);
  assert.deepEqual([AccessKeyLastUsed?.Region, AccessKeyLastUsed?.ServiceName], ["us-east-1", "iam"]);
  assert.ok(AccessKeyLastUsed?.LastUsedDate);
});

test("users are created, listed, and deleted once they have no keys", async (t) => {
  const iam = await startForTest(t);
  const admin = aws(t, iam);
  const UserName = "bob.oneil+test@example";
  const { User } = await admin.send(new CreateUserCommand({ UserName }));
  assert.equal(User?.Arn, `arn:aws:iam::123456789012:user/${UserName}`);
  await assert.rejects(
    admin.send(new CreateUserCommand({ UserName })),
    named("EntityAlreadyExistsException", 409),
  );
  const { Users } = await admin.send(new ListUsersCommand({}));
  assert.ok(Users?.some((user) => user.UserName === UserName));

  const { accessKeyId: AccessKeyId } = await awsKeyOf(t, iam, UserName);
  await assert.rejects(
    admin.send(new DeleteUserCommand({ UserName })),
    named("DeleteConflictException", 409),
  );
  await admin.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
  await admin.send(new DeleteUserCommand({ UserName }));
  await assert.rejects(admin.send(new GetUserCommand({ UserName })), named("NoSuchEntityException", 404));
});
