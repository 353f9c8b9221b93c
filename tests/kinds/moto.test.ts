import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import {
  CreateUserCommand,
  IAMClient,
  ListAccessKeysCommand,
  UpdateAccessKeyCommand,
} from "@aws-sdk/client-iam";
import { aws } from "../../sdk/index.ts";
import { startDynamicProvider } from "../support/dynamicProvider.ts";
import { startMotoServer } from "../support/motoServer.ts";
import { register } from "../support/registration.ts";

const credentials = { AWS_ACCESS_KEY_ID: "testing", AWS_SECRET_ACCESS_KEY: "testing" };

function clientOf(t: TestContext, endpoint: string): IAMClient {
  const client = new IAMClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "testing", secretAccessKey: "testing" },
  });
  t.after(() => client.destroy());
  return client;
}

test("the life of an aws:AccessKey at moto, another stand-in for AWS", { timeout: 300_000 }, async (t) => {
  const moto = await startMotoServer(t.signal);
  if ("unavailable" in moto) {
    t.skip(`not tried against moto: ${moto.unavailable}`);
    return;
  }
  t.after(() => moto[Symbol.asyncDispose]());
  const client = clientOf(t, moto.url);
  await using provider = await startDynamicProvider({
    environment: { ...credentials, AWS_ENDPOINT_URL: moto.url, AWS_REGION: "us-east-1" },
  });
  const userName = "moto-user";
  await client.send(new CreateUserCommand({ UserName: userName }));
  const keysThere = async () => {
    const { AccessKeyMetadata = [] } = await client.send(new ListAccessKeysCommand({ UserName: userName }));
    return AccessKeyMetadata.map(({ AccessKeyId, Status }) => [AccessKeyId, Status]);
  };
  const { registration } = await register((name) => new aws.AccessKey(name, { userName }));
  const { inputs, failures } = await provider.check({}, registration.inputs);
  assert.deepEqual(failures, []);

  const { id, outputs } = await provider.create(inputs);
  assert.deepEqual(await keysThere(), [[id, "Active"]]);
  assert.match(String(outputs.secretAccessKey), /^.{40}$/);
  assert.equal(outputs.userName, userName);
  assert.equal(outputs.status, "Active");
  assert.ok(!Number.isNaN(Date.parse(String(outputs.createDate))));
  assert.deepEqual((await provider.read(id, outputs)).outputs, outputs);
  assert.equal((await provider.diff(id, outputs, inputs)).changes, false);

  const inactive = { ...inputs, status: "Inactive" };
  const updated = await provider.update(id, outputs, inactive);
  assert.deepEqual(updated, { ...outputs, status: "Inactive" });
  assert.deepEqual(await keysThere(), [[id, "Inactive"]]);

  await client.send(new UpdateAccessKeyCommand({ UserName: userName, AccessKeyId: id, Status: "Active" }));
  const found = await provider.read(id, updated);
  assert.equal(found.outputs.status, "Active");
  assert.equal((await provider.diff(id, found.outputs, inactive)).changes, true);

  const second = await provider.create({ ...inputs, status: "Inactive" });
  assert.deepEqual((await keysThere()).length, 2);
  await assert.rejects(provider.create(inputs), /\[LIMIT_EXCEEDED, HTTP 409/);

  await provider.delete(id, outputs);
  assert.equal((await provider.read(id, outputs)).id, "");
  await provider.delete(id, outputs);
  await provider.delete(second.id, second.outputs);
  assert.deepEqual(await keysThere(), []);

  await assert.rejects(provider.create({ ...inputs, userName: "nobody" }), /\[NOT_FOUND, HTTP 404/);
  assert.ok(!provider.output.includes(String(outputs.secretAccessKey)));
});
