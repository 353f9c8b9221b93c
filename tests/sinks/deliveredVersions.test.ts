import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { type TestContext, test } from "node:test";
import { CreateUserCommand, IAMClient } from "@aws-sdk/client-iam";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import type { Properties } from "../../provider/kinds/kind.ts";
import { Stack } from "../../simulation/stack.ts";
import type { World } from "../../simulation/world.ts";
import { fakePorts } from "../support/fakePorts.ts";
import { startMotoServer } from "../support/motoServer.ts";

const config = { "aws:accessKey": "testing", "aws:secretKey": "testing", "aws:region": "eu-central-1" };

/** Secrets Manager and IAM as moto does them; undefined where moto cannot be had. */
async function startClouds(t: TestContext) {
  const moto = await startMotoServer(t.signal);
  if ("unavailable" in moto) return void t.skip(`not tried against moto: ${moto.unavailable}`);
  t.after(() => moto[Symbol.asyncDispose]());
  process.env.AWS_ENDPOINT_URL = moto.url;
  const credentials = { accessKeyId: "testing", secretAccessKey: "testing" };
  const to = { endpoint: moto.url, region: "eu-central-1", credentials };
  const [iam, secrets] = [new IAMClient(to), new SecretsManagerClient(to)];
  t.after(() => [iam, secrets].map((client) => client.destroy()));
  return { iam, secrets };
}

type Clouds = NonNullable<Awaited<ReturnType<typeof startClouds>>>;

/** A stack of one key of a user of its own, whose secret goes to a secret of its own; made. */
async function begin({ iam, secrets }: Clouds, type: string) {
  const name = `uploads-${randomUUID()}`;
  const SecretId = name;
  await iam.send(new CreateUserCommand({ UserName: name }));
  const createSecret = () => secrets.send(new CreateSecretCommand({ Name: name, SecretString: "{}" }));
  await createSecret();
  const ports = { ...fakePorts({ config }), uuid: () => randomUUID() };
  const { warnings } = ports;
  const stack = new Stack({ iam: { requests: [] }, ports, warnings } as unknown as World, type);
  const program = { userName: name, outputToSecretsManager: { secretId: name, entryForAccessKeyId: "id" } };
  const up = (change: Properties = {}) => stack.run({ ...program, ...change });
  const current = () =>
    (stack.stored?.outputs.current ?? { ...stack.stored?.outputs, id: stack.stored?.id }) as Properties;
  const labels = async () =>
    (await secrets.send(new DescribeSecretCommand({ SecretId }))).VersionIdsToStages ?? {};
  assert.equal((await up()).error, undefined);
  return {
    stack,
    up,
    program,
    labels,
    createSecret,
    version: () => String(current().secretsManagerVersionId),
    put: () => secrets.send(new PutSecretValueCommand({ SecretId, SecretString: "{}" })),
    remove: (options: { ForceDeleteWithoutRecovery?: boolean } = {}) =>
      secrets.send(new DeleteSecretCommand({ SecretId, ...options })),
    restore: () => secrets.send(new RestoreSecretCommand({ SecretId })),
    /** Who reads the secret gets the current key, from its own version. */
    async assertReadable(): Promise<void> {
      const { VersionId, SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId }));
      assert.equal(VersionId, current().secretsManagerVersionId);
      assert.equal(JSON.parse(SecretString ?? "").id, current().id);
    },
  };
}

test("what was delivered of a key to Secrets Manager goes with that key alone", {
  timeout: 300_000,
}, async (t) => {
  const clouds = await startClouds(t);
  if (!clouds) return;

  for (const type of ["aws:AccessKey", "aws:RotatingAccessKey"]) {
    await t.test(`${type}: where the engine replaces the resource without a word`, async () => {
      const s = await begin(clouds, type);
      const version = s.version();
      const { stored } = s.stack;
      s.stack.stored = undefined;
      s.stack.pending = stored ? [stored] : [];
      assert.equal((await s.up()).error, undefined);
      assert.notEqual(s.version(), version);
      await s.assertReadable();
      const labels = await s.labels();
      assert.deepEqual(labels[s.version()], ["AWSCURRENT"]);
      assert.deepEqual(labels[version] ?? [], []);
    });

    await t.test(
      `${type}: a refresh sees that its version is gone, and the next run delivers anew`,
      async () => {
        for (const how of ["the secret was made anew", "others have put two versions after it"]) {
          const s = await begin(clouds, type);
          const version = s.version();
          if (how.startsWith("others")) {
            await s.put();
            assert.deepEqual((await s.stack.refresh()).warnings, [], "AWSPREVIOUS is kept");
            await s.put();
          } else {
            await s.remove({ ForceDeleteWithoutRecovery: true });
            await s.createSecret();
          }
          assert.equal((await s.up()).did, "nothing", "only a refresh looks");
          const refreshed = await s.stack.refresh();
          assert.match(
            String(refreshed.warnings),
            /cannot be read there any more: the next run delivers a new/,
          );
          assert.equal((await s.up()).error, undefined);
          assert.notEqual(s.version(), version);
          await s.assertReadable();
          assert.equal((await s.up()).did, "nothing");
        }
      },
    );

    await t.test(
      `${type}: a refresh sees that its secret will be deleted, and the next run delivers again`,
      async () => {
        const s = await begin(clouds, type);
        const version = s.version();
        await s.remove();
        assert.match(String((await s.stack.refresh()).warnings), /cannot be read there any more/);
        // moto would take a delivery all the same, which AWS refuses.
        await s.restore();
        assert.equal((await s.up()).error, undefined);
        assert.notEqual(s.version(), version);
        await s.assertReadable();
      },
    );
  }
});
