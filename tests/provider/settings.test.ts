import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { yandexEndpoints } from "../../provider/api/endpoints.ts";
import { awsEndpoint, awsEndpoints } from "../../provider/auth/aws/endpoints.ts";
import { awsClientConfig } from "../../provider/auth/awsCaller.ts";
import { readOneOf, readSetting } from "../../provider/settings.ts";
import { startHome } from "../support/awsHome.ts";
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

describe("where one address is of another cloud, nothing goes to the public one because nobody said so", () => {
  const PUBLIC: Record<string, string> = {
    iam: "https://iam.api.cloud.yandex.net",
    operation: "https://operation.api.cloud.yandex.net",
    auth: "https://auth.yandex.cloud",
    lockbox: "https://lockbox.api.cloud.yandex.net",
  };
  const SERVICES = ["iam", "operation", "auth", "lockbox", "storage"] as const;
  const elsewhere = (service: string) => `https://${service}.example.net`;
  const isRefused = (read: () => unknown, name: string) =>
    assert.throws(
      read,
      new RegExp(`^IamKeysError: ${name} is not set, although .* is: nothing that may belong`),
    );

  for (const set of SERVICES) {
    test(`of Yandex Cloud: ${set}`, () => {
      const config = { [`yandex:${set}Endpoint`]: elsewhere(set) };
      const first = set === "iam" ? "operation" : "iam";
      isRefused(() => yandexEndpoints(fakePorts({ config })), `yandex:${first}Endpoint`);
      const needed = {
        "yandex:iamEndpoint": elsewhere("iam"),
        "yandex:operationEndpoint": elsewhere("operation"),
      };
      const endpoints = yandexEndpoints(fakePorts({ config: { ...needed, ...config } }));
      for (const service of ["auth", "lockbox"] as const) {
        if (service === set) assert.equal(endpoints[service], elsewhere(service));
        else isRefused(() => endpoints[service], `yandex:${service}Endpoint`);
      }
      assert.equal(endpoints.storage, set === "storage" ? elsewhere("storage") : undefined);
      // The public one is named on purpose, or all are named at once.
      const mixed = Object.fromEntries(
        Object.entries(PUBLIC).map(([service, url]) => [`yandex:${service}Endpoint`, url]),
      );
      const named = yandexEndpoints(fakePorts({ config: { ...mixed, ...config } }));
      for (const service of ["iam", "operation", "auth", "lockbox"] as const)
        assert.equal(named[service], service === set ? elsewhere(set) : PUBLIC[service]);
      const all = yandexEndpoints(
        fakePorts({ config: { "yandex:endpoint": "https://a.example.net", ...config } }),
      );
      for (const service of SERVICES)
        assert.equal(all[service], service === set ? elsewhere(set) : "https://a.example.net");
    });
  }

  test("the public address itself asks for no other", () => {
    const { lockbox } = yandexEndpoints(fakePorts({ environment: { YC_IAM_ENDPOINT: PUBLIC.iam ?? "" } }));
    assert.equal(lockbox, PUBLIC.lockbox);
  });

  test("of AWS", () => {
    const iam = { AWS_ENDPOINT_URL_IAM: "https://iam.example.net" };
    const endpoints = awsEndpoints(fakePorts({ environment: iam }));
    assert.equal(awsEndpoint(endpoints, "iam"), iam.AWS_ENDPOINT_URL_IAM);
    for (const service of ["sts", "secretsmanager"] as const)
      assert.throws(() => awsEndpoint(endpoints, service), /There is an endpoint for iam, and none for/);
    const vpc = {
      AWS_ENDPOINT_URL_SECRETS_MANAGER: "https://vpce-1.secretsmanager.eu-west-1.vpce.amazonaws.com",
    };
    assert.equal(awsEndpoint(awsEndpoints(fakePorts({ environment: vpc })), "iam"), undefined);
  });
});

describe("an address of AWS that is plain http on another machine is refused, wherever it stands", () => {
  const refused = (environment: Record<string, string>, source: string) => {
    for (const read of [awsEndpoints, awsClientConfig])
      assert.throws(
        () => read(fakePorts({ environment })),
        new RegExp(`${source} must begin with https://.*caller's token would travel unencrypted`),
      );
  };

  for (const name of [
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_IAM",
    "AWS_ENDPOINT_URL_STS",
    "AWS_ENDPOINT_URL_SECRETS_MANAGER",
  ]) {
    test(name, () => {
      refused({ [name]: "http://iam.example.net" }, `environment variable ${name}`);
      awsEndpoints(fakePorts({ environment: { [name]: "http://127.0.0.1:1" } }));
      const ignored = { [name]: "http://iam.example.net", AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" };
      assert.deepEqual(awsEndpoints(fakePorts({ environment: ignored })), {});
    });
  }

  for (const [name, text] of Object.entries({
    "the profile": "[default]\nendpoint_url = http://iam.example.net\n",
    "a section of services":
      "[default]\nservices = local\n[services other]\nsts =\n  endpoint_url = https://a\n[services local]\ns3 =\n  endpoint_url = http://s3.example.net\niam =\n  max_attempts = 1\n  endpoint_url = http://iam.example.net\n",
  })) {
    test(name, async () => {
      await using home = await startHome({ config: text });
      refused({ HOME: home.folder }, "endpoint_url in the profile of the AWS CLI");
    });
  }

  test("a metadata service that is not of this machine is refused, too", async () => {
    const far = "http://10.1.2.3/";
    await using home = await startHome({ config: `[default]\nec2_metadata_service_endpoint = ${far}\n` });
    for (const environment of [{ AWS_EC2_METADATA_SERVICE_ENDPOINT: far }, { HOME: home.folder }] as Record<
      string,
      string
    >[]) {
      assert.throws(() => awsClientConfig(fakePorts({ environment })), /must be an address of this machine/);
      awsClientConfig(
        fakePorts({ environment: { ...environment, IAM_KEYS_TRUSTED_METADATA_HOST: "10.1.2.3" } }),
      );
    }
    awsClientConfig(
      fakePorts({ environment: { AWS_EC2_METADATA_SERVICE_ENDPOINT: "http://[fd00:ec2::254]" } }),
    );
  });
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
