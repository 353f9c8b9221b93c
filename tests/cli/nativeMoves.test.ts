import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { yandex } from "pulumi-iam-keys";
import { CliStack, idsByOwner, keysOf, PASSPHRASE } from "./support/cliStack.ts";
import { backToDynamic, type Door, dynamic, native } from "./support/doors.ts";
import { outputOf, resource, YamlStack } from "./support/yamlStack.ts";

const DAY = 24 * 3600_000;

/** A resource of each kind that stays for longer than a run, and one in a component; the outputs need the secrets. */
const program = (door: Door, serviceAccountId: string) => async () => {
  const rotating = { serviceAccountId, rotate: { every: "30d" }, overlap: "7d" };
  const key = door("yandex:ServiceAccountKey", "deployer", { serviceAccountId, description: "of a test" });
  const uploads = door("yandex:StaticAccessKey", "uploads", { serviceAccountId, rotate: { every: "90d" } });
  door("yandex:ApiKey", "search", { serviceAccountId, scopes: ["yc.ai.languageModels.execute"] });
  door("yandex:IamToken", "session", { serviceAccountId });
  door("yandex:EphemeralAccessKey", "visit", { sessionName: "visit", subjectId: serviceAccountId });
  const mailer = door("aws:AccessKey", "mailer", { userName: "mailer" });
  const current = door("yandex:RotatingStaticAccessKey", "rotating-uploads", rotating);
  door("yandex:RotatingServiceAccountKey", "rotating-deployer", rotating);
  door("yandex:RotatingApiKey", "rotating-search", rotating);
  door("aws:RotatingAccessKey", "rotating-mailer", { userName: "bulk", rotate: { every: "30d" } });
  const site = new pulumi.ComponentResource("test:index:Site", "site");
  door("yandex:StaticAccessKey", "uploads-of-site", { serviceAccountId }, { parent: site });
  return {
    keyFile: key.keyFile,
    secretAccessKey: uploads.secretAccessKey,
    mailerId: mailer.accessKeyId,
    currentSecret: current.secretAccessKey,
  };
};

describe("a stack moves between the dynamic resources and the plugin", () => {
  test("and back, with no key touched, and its outputs as they were; each side goes on rotating", async (t) => {
    const { iam, clock, serviceAccountId } = await YamlStack.create(t, () => ({}));
    for (const name of ["mailer", "bulk"]) iam.addUser(name);
    await using stack = await CliStack.create({ iam, clock, program: program(dynamic, serviceAccountId) });
    await stack.up();
    // With a previous key in its overlap.
    clock.advance(31 * DAY);
    await stack.up();
    const [keys, owners, outputs] = [keysOf(iam), idsByOwner(iam), await stack.outputs()];
    assert.equal(keys.length, 14);
    for (const door of [native, backToDynamic]) {
      const from = iam.requests.length;
      stack.program = program(door, serviceAccountId);
      assert.deepEqual(await stack.preview(), { update: 11 });
      assert.deepEqual(await stack.up(), { update: 11 });
      assert.deepEqual(await stack.up({ expectNoChanges: true }), {});
      await stack.refresh({ expectNoChanges: true });
      assert.deepEqual(
        keysOf(iam).map(({ id }) => id),
        keys.map(({ id }) => id),
      );
      assert.deepEqual(idsByOwner(iam), owners);
      assert.deepEqual(await stack.outputs(), outputs);
      const asked = iam.requests.slice(from).map(({ operation }) => operation);
      assert.deepEqual(
        asked.filter((operation) => /create|delete|update|revoke/i.test(operation)),
        [],
      );
    }
    assertNoSecret(iam.secrets(), JSON.stringify(await encrypted(stack)));
    clock.advance(8 * DAY);
    await stack.up();
    clock.advance(25 * DAY);
    await stack.up();
    assert.notDeepEqual(await stack.outputs(), outputs);
    await stack.destroy();
    // Nobody can delete the ephemeral one.
    assert.ok(keysOf(iam).every(({ kind }) => kind === "yandex:EphemeralAccessKey"));
  });

  test("the plain program in YAML takes over a stack of dynamic resources", async (t) => {
    const yaml = await YamlStack.create(t, ({ serviceAccountId }) => ({
      resources: {
        uploads: resource("yandex:StaticAccessKey", { serviceAccountId }),
        rotating: resource("yandex:RotatingServiceAccountKey", {
          serviceAccountId,
          rotate: { every: "30d" },
        }),
      },
      outputs: { secret: outputOf("uploads.secretAccessKey"), keyFile: outputOf("rotating.keyFile") },
    }));
    const { iam, clock, serviceAccountId } = yaml;
    const before = async () => {
      const { secretAccessKey } = new yandex.StaticAccessKey("uploads", { serviceAccountId });
      const args = { serviceAccountId, rotate: { every: "30d" } };
      const { keyFile } = new yandex.RotatingServiceAccountKey("rotating", args);
      return { secret: secretAccessKey, keyFile };
    };
    await using stack = await CliStack.create({ iam, clock, program: before });
    await stack.up();
    const [ids, outputs] = [yaml.ids(), await stack.outputs()];
    await moveState(yaml, stack);
    assert.match(await yaml.preview(), /~ 2 to update/);
    await yaml.up();
    await yaml.up("--expect-no-changes");
    assert.deepEqual(yaml.ids(), ids);
    assert.deepEqual(await yaml.outputs(), outputs);
    const state = await yaml.files.stateText();
    assertNoSecret(iam.secrets(), state);
    assert.ok(!state.includes("__provider"));
    await yaml.destroy();
    assert.deepEqual(yaml.ids(), []);
  });
});

/** The state goes with its passphrase, which the settings of the other stack know nothing of. */
async function moveState(yaml: YamlStack, stack: CliStack): Promise<void> {
  yaml.files.env.PULUMI_CONFIG_PASSPHRASE = PASSPHRASE;
  await rm(path.join(yaml.files.folder, "Pulumi.dev.yaml"));
  await yaml.files.write("moved.json", JSON.stringify(await stack.exportState()));
  await yaml.expect("stack", "import", "--file", "moved.json");
}

async function encrypted(stack: CliStack): Promise<unknown> {
  return JSON.parse((await stack.pulumi("stack", "export")).stdout);
}

function assertNoSecret(secrets: readonly string[], text: string): void {
  for (const secret of secrets) assert.ok(!text.includes(secret));
  assert.ok(!text.includes("PRIVATE KEY"));
}
