import assert from "node:assert/strict";
import { test } from "node:test";
import { GetUserCommand, IAMClient, UpdateAccessKeyCommand } from "@aws-sdk/client-iam";
import { type SigningOptions, sendSigned } from "./signedRequest.ts";
import { aws, awsKeyOf, manualClock, startForTest } from "./startForTest.ts";

const form = { "content-type": "application/x-www-form-urlencoded" };
const getUser = "Action=GetUser&Version=2010-05-08";
const getCallerIdentity = "Action=GetCallerIdentity&Version=2011-06-15";

/** The administrator's key of a new server, and a way to send signed forms there. */
async function start(...parameters: Parameters<typeof startForTest>) {
  const iam = await startForTest(...parameters);
  const admin = {
    accessKeyId: iam.environment.AWS_ACCESS_KEY_ID,
    secretAccessKey: iam.environment.AWS_SECRET_ACCESS_KEY,
  };
  const send = async (body: string, options: Partial<SigningOptions> = {}) => {
    const reply = await sendSigned(`${iam.url}/`, {
      ...admin,
      service: "iam",
      method: "POST",
      body,
      signed: form,
      ...options,
    });
    return { status: reply.status, code: /<Code>(\w+)</.exec(reply.body)?.[1], body: reply.body };
  };
  return { iam, admin, send };
}

test("a right signature is accepted", async (t) => {
  const { send } = await start(t);
  const { status, body } = await send(getUser);
  assert.equal(status, 200);
  assert.match(
    body,
    /<GetUserResponse xmlns="https:\/\/iam.amazonaws.com\/doc\/2010-05-08\/"><GetUserResult>/,
  );
  assert.match(body, /<ResponseMetadata><RequestId>[0-9a-f-]{36}</);
});

const wrong: Record<string, { options: Partial<SigningOptions>; status: number; code: string }> = {
  "another secret": { options: { secretAccessKey: "x" }, status: 403, code: "SignatureDoesNotMatch" },
  "an unknown key": { options: { accessKeyId: "AKIAX" }, status: 403, code: "InvalidClientTokenId" },
  "another body": {
    options: { sentBody: `${getUser}&UserName=x` },
    status: 403,
    code: "SignatureDoesNotMatch",
  },
  "an unsigned header of AWS": {
    options: { unsigned: { "x-amz-target": "x" } },
    status: 403,
    code: "SignatureDoesNotMatch",
  },
  "another value of a signed header": {
    options: { unsigned: { "content-type": "text/plain" } },
    status: 403,
    code: "SignatureDoesNotMatch",
  },
  "a time too long ago": {
    options: { date: new Date(Date.now() - 16 * 60_000) },
    status: 403,
    code: "SignatureDoesNotMatch",
  },
  "a time too far ahead": {
    options: { date: new Date(Date.now() + 16 * 60_000) },
    status: 403,
    code: "SignatureDoesNotMatch",
  },
  "the scope of another service": {
    options: { service: "sts" },
    status: 403,
    code: "SignatureDoesNotMatch",
  },
};

for (const [what, { options, status, code }] of Object.entries(wrong)) {
  test(`a signature with ${what} is refused`, async (t) => {
    const { send } = await start(t);
    const reply = await send(getUser, options);
    assert.deepEqual([reply.status, reply.code], [status, code]);
  });
}

test("a request without a signature, or with half of one, is refused", async (t) => {
  const { iam } = await start(t);
  const post = async (headers: Record<string, string>) => {
    const response = await fetch(iam.url, {
      method: "POST",
      headers: { ...form, ...headers },
      body: getUser,
    });
    return [response.status, /<Code>(\w+)</.exec(await response.text())?.[1]];
  };
  assert.deepEqual(await post({}), [403, "MissingAuthenticationToken"]);
  assert.deepEqual(await post({ authorization: "AWS4-HMAC-SHA256 Credential=x" }), [
    400,
    "IncompleteSignature",
  ]);
});

test("an action that is unknown, or of another version, is refused", async (t) => {
  const { send } = await start(t);
  assert.deepEqual((await send("Action=CreateRole&Version=2010-05-08")).code, "InvalidAction");
  assert.deepEqual((await send("Action=GetUser&Version=2011-06-15")).code, "InvalidAction");
});

test("what a caller says is escaped in the answer", async (t) => {
  const { send } = await start(t);
  const { body } = await send("Action=%3Cscript%3E%26&Version=2010-05-08");
  assert.match(body, /&lt;script&gt;&amp;/);
  assert.doesNotMatch(body, /<script>/);
});

test("GetCallerIdentity says whose key it is", async (t) => {
  const { iam, send } = await start(t);
  const key = await awsKeyOf(t, iam, iam.userName);
  const { status, body } = await send(getCallerIdentity, { ...key, service: "sts" });
  assert.equal(status, 200);
  assert.match(body, /^<GetCallerIdentityResponse xmlns="https:\/\/sts.amazonaws.com\/doc\/2011-06-15\/">/);
  assert.match(body, new RegExp(`<Arn>arn:aws:iam::123456789012:user/${iam.userName}</Arn>`));
});

test("an inactive key is refused until it is active again", async (t) => {
  const { iam } = await start(t);
  const key = await awsKeyOf(t, iam, iam.userName);
  const user = aws(t, iam, key);
  const set = (Status: "Active" | "Inactive") =>
    aws(t, iam).send(
      new UpdateAccessKeyCommand({ UserName: iam.userName, AccessKeyId: key.accessKeyId, Status }),
    );
  await set("Inactive");
  await assert.rejects(user.send(new GetUserCommand({})), { name: "InvalidClientTokenId" });
  await set("Active");
  await user.send(new GetUserCommand({}));
});

test("a new key is unknown until it has propagated; the administrator's works at once", async (t) => {
  const clock = manualClock();
  const { iam, send } = await start(t, { now: clock.now, propagationMs: 5000 });
  const key = await awsKeyOf(t, iam, iam.userName);
  assert.equal((await send(getUser, { ...key, date: clock.now() })).code, "InvalidClientTokenId");
  clock.advance(5000);
  assert.equal((await send(getUser, { ...key, date: clock.now() })).status, 200);
});

test("the SDK adapts to the clock of the server", async (t) => {
  const { iam, admin } = await start(t, { now: () => new Date(Date.now() + 90 * 24 * 60 * 60 * 1000) });
  const client = new IAMClient({
    endpoint: iam.url,
    region: "us-east-1",
    credentials: admin,
    maxAttempts: 2,
  });
  t.after(() => client.destroy());
  await client.send(new GetUserCommand({}));
});
