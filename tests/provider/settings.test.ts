import assert from "node:assert/strict";
import { test } from "node:test";
import { yandexEndpoints } from "../../provider/api/endpoints.ts";
import { awsClientConfig } from "../../provider/auth/awsCaller.ts";
import { readOneOf, readSetting } from "../../provider/settings.ts";
import { fakePorts } from "../support/fakePorts.ts";

const name = { config: "yandex:token", environment: "YC_TOKEN" };

test("the stack's configuration wins over the environment", () => {
  const ports = fakePorts({ config: { "yandex:token": "a" }, environment: { YC_TOKEN: "b" } });
  assert.deepEqual(readSetting(ports, name), { value: "a", source: "stack config yandex:token" });
});

test("an empty setting is an absent one", () => {
  const ports = fakePorts({ config: { "yandex:token": "" }, environment: { YC_TOKEN: "b" } });
  assert.deepEqual(readSetting(ports, name), { value: "b", source: "environment variable YC_TOKEN" });
  assert.equal(readSetting(fakePorts({ environment: { YC_TOKEN: "" } }), name), undefined);
});

test("one source in the configuration hides two in the environment", () => {
  const names = { token: name, key: { config: "yandex:serviceAccountKeyFile", environment: "YC_KEY" } };
  const environment = { YC_TOKEN: "t", YC_KEY: "k" };
  const ports = fakePorts({ config: { "yandex:serviceAccountKeyFile": "mine" }, environment });
  assert.deepEqual(readOneOf(ports, names), {
    name: "key",
    value: "mine",
    source: "stack config yandex:serviceAccountKeyFile",
  });
  assert.throws(() => readOneOf(fakePorts({ environment }), names), /YC_TOKEN and YC_KEY are both set/);
  assert.equal(readOneOf(fakePorts(), names), undefined);
});

test("the endpoints are the public ones, one for all, or each its own", () => {
  const { iam, operation } = yandexEndpoints(fakePorts());
  assert.equal(iam, "https://iam.api.cloud.yandex.net");
  assert.equal(operation, "https://operation.api.cloud.yandex.net");
  const all = yandexEndpoints(fakePorts({ config: { "yandex:endpoint": "https://iam.example.net/base//" } }));
  assert.equal(all.iam, "https://iam.example.net/base");
  assert.equal(all.operation, "https://iam.example.net/base");
  const own = yandexEndpoints(
    fakePorts({
      config: { "yandex:operationEndpoint": "https://operation.example.net" },
      environment: { YC_ENDPOINT: "http://localhost:1", YC_IAM_ENDPOINT: "http://[::1]:2" },
    }),
  );
  assert.equal(own.iam, "http://[::1]:2");
  assert.equal(own.operation, "https://operation.example.net");
});

test("the configuration names of @pulumi/aws are honoured", async () => {
  const config = {
    "aws:region": "eu-central-1",
    "aws:accessKey": "AKIAEXAMPLE",
    "aws:secretKey": "secret-of-the-key",
    "aws:token": "token-of-the-session",
    "aws:profile": "ignored beside keys",
  };
  const { region, credentials, profile } = awsClientConfig(fakePorts({ config }));
  assert.equal(region, "eu-central-1");
  assert.deepEqual(await credentials?.(), {
    accessKeyId: "AKIAEXAMPLE",
    secretAccessKey: "secret-of-the-key",
    sessionToken: "token-of-the-session",
  });
  assert.equal(profile, undefined);
});

test("without configuration the default chain of AWS decides, in the region of the environment", () => {
  const plain = awsClientConfig(fakePorts());
  assert.equal(plain.region, "us-east-1");
  assert.equal(plain.credentials, undefined);
  const regional = awsClientConfig(fakePorts({ environment: { AWS_DEFAULT_REGION: "eu-west-1" } }));
  assert.equal(regional.region, "eu-west-1");
  const both = { AWS_REGION: "eu-north-1", AWS_DEFAULT_REGION: "eu-west-1" };
  assert.equal(awsClientConfig(fakePorts({ environment: both })).region, "eu-north-1");
  const profile = awsClientConfig(fakePorts({ config: { "aws:profile": "ops" } }));
  assert.equal(profile.profile, "ops");
  const empty = { AWS_REGION: "", AWS_DEFAULT_REGION: "eu-west-1" };
  assert.equal(awsClientConfig(fakePorts({ environment: empty })).region, "eu-west-1");
});
