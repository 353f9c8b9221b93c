import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  GetAccessKeyLastUsedCommand,
  GetUserCommand,
  type IAMClient,
  ListAccessKeysCommand,
  ListUsersCommand,
  UpdateAccessKeyCommand,
} from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { AwsPolicy, AwsPolicyStatement } from "../index.ts";
import { aws, awsKeyOf, startForTest } from "./startForTest.ts";

const account = "123456789012";
const policy = (...Statement: AwsPolicyStatement[]): AwsPolicy => ({ Version: "2012-10-17", Statement });

/** The actions which this client is allowed on that user. */
async function allowed(client: IAMClient, UserName: string): Promise<string[]> {
  const found: string[] = [];
  const attempt = async (name: string, sending: Promise<unknown>) => {
    const refusal = await sending.then(
      () => undefined,
      (error) => error,
    );
    if (!refusal) found.push(name);
    else assert.deepEqual([refusal.name, refusal.$metadata.httpStatusCode], ["AccessDenied", 403]);
  };
  const { AccessKeyId } =
    (await client.send(new ListAccessKeysCommand({ UserName }))).AccessKeyMetadata?.[0] ?? {};
  await attempt("GetUser", client.send(new GetUserCommand({ UserName })));
  await attempt(
    "UpdateAccessKey",
    client.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: "Active" })),
  );
  await attempt("GetAccessKeyLastUsed", client.send(new GetAccessKeyLastUsedCommand({ AccessKeyId })));
  await attempt("ListUsers", client.send(new ListUsersCommand({})));
  await attempt("CreateAccessKey", client.send(new CreateAccessKeyCommand({ UserName })));
  await attempt("DeleteAccessKey", client.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId })));
  return found;
}

test("a user may do what the policy allows, on the users it allows it for", async (t) => {
  const iam = await startForTest(t);
  const robot = iam.addUser("robot");
  const client = aws(t, iam, await awsKeyOf(t, iam, robot));
  await awsKeyOf(t, iam, iam.userName);
  iam.addUser("quickstarter");
  iam.setPolicy(
    robot,
    policy({
      Effect: "Allow",
      Action: ["iam:*AccessKey", "IAM:listaccesskeys"],
      Resource: `arn:aws:iam::*:user/${iam.userName}`,
    }),
  );
  assert.deepEqual(await allowed(client, iam.userName), [
    "UpdateAccessKey",
    "CreateAccessKey",
    "DeleteAccessKey",
  ]);
  await assert.rejects(
    client.send(new ListAccessKeysCommand({ UserName: "quickstarter" })),
    /not authorized/,
  );
  await assert.rejects(client.send(new ListAccessKeysCommand({})), /user\/robot/, "nor for oneself");
});

test("aws:username stands for the caller, a denial is stronger, and some actions are about every user", async (t) => {
  const iam = await startForTest(t);
  const client = aws(t, iam, await awsKeyOf(t, iam, iam.userName));
  const own = `arn:aws:iam::${account}:user/\${aws:username}`;
  const statement = { Effect: "Allow", Action: "iam:*", Resource: own } as const;
  iam.setPolicy(
    iam.userName,
    policy(statement, { Effect: "Deny", Action: "iam:UpdateAccessKey", Resource: "*" }),
  );
  assert.deepEqual(await allowed(client, iam.userName), [
    "GetUser",
    "GetAccessKeyLastUsed",
    "CreateAccessKey",
    "DeleteAccessKey",
  ]);

  const { Version: _newer, ...rest } = policy(statement);
  iam.setPolicy(iam.callerUserName, { Version: "2008-10-17", ...rest });
  await assert.rejects(aws(t, iam).send(new GetUserCommand({})), /not authorized/, "then it is just text");
  iam.setPolicy(iam.callerUserName, policy({ Effect: "Allow", Action: "iam:ListUsers", Resource: "*" }));
  assert.ok((await aws(t, iam).send(new ListUsersCommand({}))).Users);
});

test("who one is may be asked without any privilege", async (t) => {
  const iam = await startForTest(t);
  const credentials = await awsKeyOf(t, iam, iam.userName);
  iam.setPolicy(iam.userName, policy());
  const sts = new STSClient({ endpoint: iam.url, region: "us-east-1", credentials, maxAttempts: 1 });
  t.after(() => sts.destroy());
  const { Arn } = await sts.send(new GetCallerIdentityCommand({}));
  assert.equal(Arn, `arn:aws:iam::123456789012:user/${iam.userName}`);
});

test("a policy that could not be evaluated in full is refused", async (t) => {
  const iam = await startForTest(t);
  const statement = { Effect: "Allow", Action: "*", Resource: "*" } as const;
  assert.throws(() =>
    iam.setPolicy(iam.userName, policy({ ...statement, Condition: {} } as AwsPolicyStatement)),
  );
  assert.throws(() => iam.setPolicy("nobody", policy(statement)), /no AWS user "nobody"/);
});
