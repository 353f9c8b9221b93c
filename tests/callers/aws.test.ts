import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import { startForTest } from "../../local/iam/tests/startForTest.ts";
import { AwsIam } from "../../provider/api/awsIam.ts";
import { assumeRoles } from "../../provider/auth/aws/assumeRoles.ts";
import { awsClientConfig, awsRegion } from "../../provider/auth/awsCaller.ts";
import { aws } from "../../sdk/index.ts";
import { startHome } from "../support/awsHome.ts";
import { canMakeCertificates } from "../support/certificate.ts";
import { startDynamicProvider } from "../support/dynamicProvider.ts";
import { fakePorts } from "../support/fakePorts.ts";
import { register } from "../support/registration.ts";
import { type ReceivedRequest, startScriptedServer } from "../support/scriptedServer.ts";
import { startProxy, startTlsFront } from "../support/tlsFront.ts";

const OWN = { "aws:accessKey": "AKIAEXAMPLE", "aws:secretKey": "canary-secret-of-the-caller" };
const SOURCE = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "canary-secret-of-the-caller" };
const ACCOUNT = "123456789012";

const KEYS = "aws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = canary-secret\n";

describe("a profile of the AWS CLI", { concurrency: true }, () => {
  const cases: readonly (readonly [
    name: string,
    files: Parameters<typeof startHome>[0],
    settings: { config?: Record<string, string>; environment?: Record<string, string> },
    region: string | undefined,
  ])[] = [
    [
      "the one that aws:profile names",
      {
        config:
          "[default]\nregion=eu-west-1\n[profile china] ; ours\n  region = nothing\nregion = cn-north-1 # Beijing\n",
      },
      { config: { "aws:profile": "china" }, environment: { AWS_PROFILE: "default" } },
      "cn-north-1",
    ],
    [
      "the one that AWS_PROFILE names",
      { config: '[profile "gov cloud"]\r\nregion = us-gov-west-1\r\n' },
      { environment: { AWS_PROFILE: "gov cloud" } },
      "us-gov-west-1",
    ],
    [
      "default where nothing is named",
      { config: "[profile default]\nregion = cn-north-1\n" },
      {},
      "cn-north-1",
    ],
    [
      "of the credentials file",
      { credentials: `[ops]\n${KEYS}region = eu-north-1\n`, config: "[profile ops]\nregion = eu-west-1\n" },
      { config: { "aws:profile": "ops" } },
      "eu-north-1",
    ],
    [
      "behind aws:region and the environment",
      { config: "[default]\nregion = cn-north-1\n" },
      { environment: { AWS_REGION: "eu-west-3" } },
      "eu-west-3",
    ],
    ["none where there is none", { config: "[default]\noutput = json\n" }, {}, undefined],
  ];
  for (const [name, files, { config = {}, environment = {} }, region] of cases) {
    test(`its region counts: ${name}`, async () => {
      await using home = await startHome(files);
      const ports = fakePorts({ config, environment: { HOME: home.folder, ...environment } });
      assert.equal(awsRegion(ports), region);
      assert.equal(awsClientConfig(ports).region, region ?? "us-east-1");
    });
  }

  for (const [config, environment, source] of [
    [{ "aws:profile": "prod" }, {}, "stack config aws:profile"],
    [{}, { AWS_PROFILE: "prod" }, "environment variable AWS_PROFILE"],
  ] as const) {
    test(`one that is missing is named by check: ${source}`, async () => {
      await using home = await startHome({ config: "[profile production]\nregion = eu-west-1\n" });
      await using provider = await startDynamicProvider({
        config,
        environment: {
          AWS_CONFIG_FILE: path.join(home.folder, ".aws", "config"),
          AWS_SHARED_CREDENTIALS_FILE: path.join(home.folder, ".aws", "credentials"),
          ...environment,
        },
      });
      const { registration } = await register((name) => new aws.AccessKey(name));
      const { failures } = await provider.check({}, registration.inputs);
      assert.match(
        failures.map(({ reason }) => reason).join(),
        new RegExp(
          `^${source} names the profile "prod" of the AWS CLI, which is neither in .*config nor in .*credentials\\. \\[INVALID_CONFIG\\]`,
        ),
      );
    });
  }

  const skip = canMakeCertificates() ? false : "there is no openssl to make a certificate with";
  for (const [region, host] of [
    ["cn-north-1", "iam.cn-north-1.amazonaws.com.cn"],
    ["us-gov-east-1", "iam.us-gov.amazonaws.com"],
    ["eu-central-1", "iam.amazonaws.com"],
  ] as const) {
    test(`the partition of ${region} is ${host}`, { skip }, async () => {
      await using home = await startHome({ config: `[profile p]\nregion = ${region}\n${KEYS}` });
      // Whatever host is asked for, the proxy leads to this machine, whose certificate is not good for it.
      await using front = await startTlsFront("http://127.0.0.1:9");
      await using proxy = await startProxy(front.port);
      await using provider = await startDynamicProvider({
        config: { "aws:profile": "p" },
        environment: {
          AWS_CONFIG_FILE: path.join(home.folder, ".aws", "config"),
          HTTPS_PROXY: proxy.url,
        },
      });
      const { registration } = await register((name) => new aws.AccessKey(name, { userName: "u" }));
      await assert.rejects(provider.create(registration.inputs), /\[CONNECTION_FAILED\]/);
      assert.deepEqual([...new Set(proxy.targets)], [`${host}:443`]);
    });
  }
});

describe("a role that is assumed", { concurrency: true }, () => {
  const session = (id: string) => ({
    body: `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>ASIA${id}</AccessKeyId><SecretAccessKey>canary-secret-of-the-role</SecretAccessKey><SessionToken>canary-token-of-the-session</SessionToken><Expiration>${new Date(Date.now() + 3_600_000).toISOString()}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
  });
  const keys = {
    body: '<ListAccessKeysResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ListAccessKeysResult><IsTruncated>false</IsTruncated><AccessKeyMetadata></AccessKeyMetadata></ListAccessKeysResult></ListAccessKeysResponse>',
  };
  const signedBy = ({ headers }: ReceivedRequest) =>
    /Credential=(\w+)\//.exec(headers.authorization ?? "")?.[1];
  const callerOf = (url: string, config: Record<string, unknown>) =>
    new AwsIam(
      fakePorts({
        config: {
          ...OWN,
          "aws:endpoints": JSON.stringify([{ iam: url, sts: url }]),
          ...Object.fromEntries(Object.entries(config).map(([name, value]) => [name, JSON.stringify(value)])),
        },
      }),
    );

  test("signs everything, for one session, with what @pulumi/aws says of it", async () => {
    await using server = await startScriptedServer(session("ROLE"), keys);
    const caller = callerOf(server.url, {
      "aws:assumeRole": {
        roleArn: "arn:aws:iam::123456789012:role/keys",
        sessionName: "ci",
        externalId: "x-1",
        duration: "1h30m",
        policyArns: ["arn:aws:iam::aws:policy/IAMFullAccess"],
        tags: { team: "ops" },
        transitiveTagKeys: ["team"],
      },
    });
    await caller.listAccessKeys("u");
    await Promise.all([caller.listAccessKeys("u"), caller.listAccessKeys("v")]);
    assert.deepEqual(Object.fromEntries(new URLSearchParams(server.requests[0]?.body)), {
      Action: "AssumeRole",
      Version: "2011-06-15",
      RoleArn: "arn:aws:iam::123456789012:role/keys",
      RoleSessionName: "ci",
      ExternalId: "x-1",
      DurationSeconds: "5400",
      "PolicyArns.member.1.arn": "arn:aws:iam::aws:policy/IAMFullAccess",
      "Tags.member.1.Key": "team",
      "Tags.member.1.Value": "ops",
      "TransitiveTagKeys.member.1": "team",
    });
    assert.deepEqual(server.requests.map(signedBy), ["AKIAEXAMPLE", "ASIAROLE", "ASIAROLE", "ASIAROLE"]);
  });

  test("may lead to another one", async () => {
    await using server = await startScriptedServer(session("ONE"), session("TWO"), keys);
    const roles = [{ roleArn: "arn:aws:iam::1:role/one" }, { roleArn: "arn:aws:iam::2:role/two" }];
    await callerOf(server.url, { "aws:assumeRoles": roles }).listAccessKeys("u");
    assert.deepEqual(server.requests.map(signedBy), ["AKIAEXAMPLE", "ASIAONE", "ASIATWO"]);
    assert.deepEqual(
      server.requests.slice(0, 2).map(({ body }) => new URLSearchParams(body).get("RoleArn")),
      roles.map(({ roleArn }) => roleArn),
    );
  });

  test("is assumed once for all clients, and again before its session ends", async () => {
    await using server = await startScriptedServer(session("OLD"), session("NEW"));
    let now = Date.now();
    const own = { region: "us-east-1", endpoint: server.url, credentials: async () => SOURCE };
    const credentials = assumeRoles(
      [{ RoleArn: "arn:aws:iam::1:role/one", RoleSessionName: "s" }],
      own,
      () => now,
    );
    const ids = async () =>
      (await Promise.all([credentials(), credentials()])).map(({ accessKeyId }) => accessKeyId);
    assert.deepEqual(await ids(), ["ASIAOLD", "ASIAOLD"]);
    now += 54 * 60_000;
    assert.deepEqual(await ids(), ["ASIAOLD", "ASIAOLD"]);
    now += 2 * 60_000;
    assert.deepEqual(await ids(), ["ASIANEW", "ASIANEW"]);
    assert.equal(server.requests.length, 2);
  });

  test("that may not be assumed is named, and no key is made", async () => {
    const refusal = `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>Not you.</Message></Error></ErrorResponse>`;
    await using server = await startScriptedServer({ status: 403, body: refusal });
    const caller = callerOf(server.url, { "aws:assumeRole": { roleArn: "arn:aws:iam::1:role/one" } });
    await assert.rejects(
      caller.createAccessKey("u", () => false),
      {
        message:
          "AssumeRole was refused: Not you. (AccessDenied) [PERMISSION_DENIED, HTTP 403] The caller's policy must allow sts:AssumeRole on role arn:aws:iam::1:role/one.",
      },
    );
    assert.ok(server.requests.every(({ body }) => body.includes("Action=AssumeRole")));
  });
});

describe("the account", { concurrency: true }, () => {
  for (const [name, value, outcome] of [
    ["aws:allowedAccountIds", [ACCOUNT], "taken"],
    ["aws:allowedAccountIds", [210987654321, Number(ACCOUNT)], "taken"],
    ["aws:allowedAccountIds", ["210987654321"], "refused"],
    ["aws:allowedAccountIds", [], "taken"],
    ["aws:forbiddenAccountIds", [ACCOUNT], "refused"],
    ["aws:forbiddenAccountIds", ["210987654321"], "taken"],
  ] as const) {
    test(`${name} ${JSON.stringify(value)}: ${outcome}`, async (t) => {
      const iam = await startForTest(t);
      const config = {
        "aws:accessKey": iam.environment.AWS_ACCESS_KEY_ID,
        "aws:secretKey": iam.environment.AWS_SECRET_ACCESS_KEY,
        "aws:endpoints": JSON.stringify([{ iam: iam.url, sts: iam.url, s3: "http://elsewhere" }]),
        [name]: JSON.stringify(value),
      };
      await using provider = await startDynamicProvider({ config });
      const { registration } = await register((key) => new aws.AccessKey(key, { userName: iam.userName }));
      const create = () => provider.create(registration.inputs);
      if (outcome === "taken") {
        await create();
        return assert.equal(iam.keys().length, 1);
      }
      const says = name === "aws:allowedAccountIds" ? "does not list" : "lists";
      await assert.rejects(
        create(),
        new RegExp(`to AWS account ${ACCOUNT}, which stack config ${name} ${says}\\. \\[INVALID_CONFIG\\]`),
      );
      assert.deepEqual(
        [...new Set(iam.requests.map(({ operation }) => operation))],
        ["aws:GetCallerIdentity"],
      );
    });
  }

  test("an IAM without an STS beside it: a new key is not shown to the public cloud", async (t) => {
    const iam = await startForTest(t);
    const caller = new AwsIam(
      fakePorts({ config: { ...OWN, "aws:endpoints": JSON.stringify([{ iam: iam.url }]) } }),
    );
    assert.deepEqual(await caller.trials.verifyAccessKey("AKIANEW", "secret-of-the-new-one"), {
      unclear: "aws:endpoints has no sts",
    });
  });
});

test("where no credentials can be, check says so; where some may be, it does not", async () => {
  const { registration } = await register((name) => new aws.AccessKey(name));
  const reasons = async (environment: Record<string, string>, config: Record<string, string> = {}) => {
    await using provider = await startDynamicProvider({ environment, config });
    return (await provider.check({}, registration.inputs)).failures.map(({ reason }) => reason).join();
  };
  const none = /^There are no AWS credentials to make requests with\. \[NO_CREDENTIALS\] Set aws:accessKey/;
  assert.match(await reasons({}), none);
  await using home = await startHome({ config: "[default]\nregion = eu-west-1\n" });
  const AWS_CONFIG_FILE = path.join(home.folder, ".aws", "config");
  assert.match(await reasons({ AWS_CONFIG_FILE }), none);
  await writeFile(AWS_CONFIG_FILE, "[default]\ncredential_process = vault-keys\n");
  assert.equal(await reasons({ AWS_CONFIG_FILE }), "");
  assert.equal(await reasons({ AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1:1/" }), "");
  assert.equal(await reasons({}, OWN), "");
});
