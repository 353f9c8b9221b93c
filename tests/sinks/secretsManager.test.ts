import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { inspect } from "node:util";
import { CreateUserCommand, IAMClient } from "@aws-sdk/client-iam";
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { loadLifecycle } from "../../provider/lifecycle/loadLifecycle.ts";
import type { RotatingState } from "../../provider/lifecycle/rotatingState.ts";
import { Session } from "../../provider/session.ts";
import { fakePorts } from "../support/fakePorts.ts";
import { startMotoServer } from "../support/motoServer.ts";
import { startScriptedServer } from "../support/scriptedServer.ts";

const caller = { accessKeyId: "testing", secretAccessKey: "testing" };
const config = { "aws:accessKey": "testing", "aws:secretKey": "testing", "aws:region": "eu-central-1" };
const OWNER = "project/stack/uploads";

test("outputToSecretsManager needs a region, and entries that differ", async () => {
  const { "aws:region": _, ...withoutRegion } = config;
  const lifecycle = await loadLifecycle("aws:AccessKey", new Session(fakePorts({ config: withoutRegion })));
  const problems = async (outputToSecretsManager: object) =>
    (await lifecycle.check({}, { outputToSecretsManager })).problems;
  assert.match(String(await problems({ secretId: "uploads" })), /outputToSecretsManager needs a region/);
  const arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:uploads";
  assert.deepEqual(await problems({ secretId: arn }), []);
  assert.deepEqual(await problems({ secretId: arn, entryForAccessKeyId: "secretAccessKey" }), [
    "outputToSecretsManager must name a different entry for each value",
  ]);
});

test("outputToSecretsManager: no answer makes an error show the session's token, wherever it came from", async () => {
  const token = `IQoJb3JpZ2lu${randomUUID()}`;
  const signed = `The canonical string should have been 'x-amz-security-token:${token}'`;
  await using server = await startScriptedServer({
    status: 403,
    body: { __type: "InvalidSignatureException", message: signed },
  });
  const environment = { AWS_ENDPOINT_URL: server.url, AWS_REGION: "eu-central-1" };
  const { env } = process;
  const before = { ...env };
  Object.assign(env, environment, {
    AWS_ACCESS_KEY_ID: "ASIAEXAMPLE",
    AWS_SECRET_ACCESS_KEY: randomUUID(),
    AWS_SESSION_TOKEN: token,
  });
  try {
    const { awsSecrets } = new Session(fakePorts({ environment }));
    await assert.rejects(awsSecrets.putVersion("uploads", "{}", randomUUID()), (error: Error) => {
      assert.match(error.message, /canonical string/);
      assert.ok(!inspect(error).includes(token), error.message);
      return true;
    });
  } finally {
    for (const name of Object.keys(env)) if (!(name in before)) delete env[name];
    Object.assign(env, before);
  }
});

/** As if three days had passed since: moto's clock, which says when an overlap is over, is that of this machine. */
function agedByThreeDays(outputs: Record<string, unknown>): Record<string, unknown> {
  const earlier = (moment: string) => new Date(Date.parse(moment) - 3 * 24 * 60 * 60 * 1000).toISOString();
  const { replacedAt, inactiveSince, ...previous } = (outputs as RotatingState).previous ?? assert.fail();
  const since = inactiveSince === undefined ? {} : { inactiveSince: earlier(inactiveSince) };
  return { ...outputs, previous: { ...previous, ...since, replacedAt: earlier(replacedAt) } };
}

test("outputToSecretsManager: the service's labels follow the keys", { timeout: 300_000 }, async (t) => {
  const moto = await startMotoServer(t.signal);
  if ("unavailable" in moto) return t.skip(`not tried against moto: ${moto.unavailable}`);
  t.after(() => moto[Symbol.asyncDispose]());
  process.env.AWS_ENDPOINT_URL = moto.url;
  const to = { endpoint: moto.url, region: "eu-central-1", credentials: caller };
  const [iam, secrets] = [new IAMClient(to), new SecretsManagerClient(to)];
  t.after(() => [iam, secrets].map((client) => client.destroy()));
  await iam.send(new CreateUserCommand({ UserName: "uploads" }));
  await secrets.send(new CreateSecretCommand({ Name: "uploads", SecretString: "{}" }));
  const labelled = async (label: string) => {
    const value = await secrets.send(new GetSecretValueCommand({ SecretId: "uploads", VersionStage: label }));
    return { version: value.VersionId, ...JSON.parse(value.SecretString ?? "") };
  };

  let now = Date.now();
  const inputs = {
    owner: OWNER,
    userName: "uploads",
    overlap: "1d",
    retire: { grace: "1d" },
    outputToSecretsManager: { secretId: "uploads", entryForAccessKeyId: "id" },
  };
  /** A run of a process of its own. */
  const run = async (id: string | undefined, outputs: Record<string, unknown>, news: object) => {
    const ports = { ...fakePorts({ config }), now: () => now, uuid: randomUUID };
    const lifecycle = await loadLifecycle("aws:RotatingAccessKey", new Session(ports));
    const { inputs: checked, problems } = await lifecycle.check(outputs, { ...inputs, ...news });
    assert.deepEqual(problems, []);
    const made = id
      ? { id, outputs: await lifecycle.update(id, outputs, checked) }
      : await lifecycle.create(checked);
    return { ...made, ...(made.outputs as RotatingState), lifecycle };
  };

  const first = await run(undefined, {}, {});
  const { secretAccessKey, id, version } = await labelled("AWSCURRENT");
  assert.match(secretAccessKey, /^.{40}$/);
  assert.deepEqual([id, version], [first.current?.id, first.current?.secretsManagerVersionId]);
  assert.ok(!JSON.stringify(first.outputs).includes(secretAccessKey));

  now += 1000;
  const second = await run(first.id, first.outputs, { keepers: { generation: "2" } });
  assert.equal((await labelled("AWSCURRENT")).id, second.current?.id);
  assert.deepEqual(await labelled("AWSPREVIOUS"), { secretAccessKey, id, version });

  const inactive = await run(second.id, agedByThreeDays(second.outputs), { keepers: { generation: "2" } });
  assert.equal((await labelled("AWSPREVIOUS")).version, version, "an inactive key may come back");
  const retired = await run(inactive.id, agedByThreeDays(inactive.outputs), { keepers: { generation: "2" } });
  assert.equal(retired.previous, undefined);
  const { VersionIdsToStages = {} } = await secrets.send(new DescribeSecretCommand({ SecretId: "uploads" }));
  assert.equal(VersionIdsToStages[String(version)]?.includes("AWSPREVIOUS") ?? false, false);
  assert.deepEqual(VersionIdsToStages[String(second.current?.secretsManagerVersionId)], ["AWSCURRENT"]);

  await retired.lifecycle.delete(retired.id, retired.outputs);
  const gone = { ...inputs, outputToSecretsManager: { secretId: "missing" } };
  const lifecycle = await loadLifecycle("aws:AccessKey", new Session(fakePorts({ config })));
  const { userName, outputToSecretsManager, owner } = gone;
  await assert.rejects(
    lifecycle.create({ owner, userName, outputToSecretsManager }),
    /NOT_FOUND.*There is no secret missing.*was deleted again/,
  );
});
