import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { outputOf, resource, type YamlProgram, YamlStack } from "./support/yamlStack.ts";

const DAY = 24 * 3600_000;

/** One resource of each kind, and outputs that only the plugin has. */
function everyKind({ serviceAccountId }: YamlStack): YamlProgram {
  const account = { serviceAccountId, description: "of a test" };
  const rotating = { ...account, rotate: { every: "30d" }, overlap: "7d" };
  return {
    resources: {
      deployer: resource("yandex:ServiceAccountKey", account),
      uploads: resource("yandex:StaticAccessKey", account),
      search: resource("yandex:ApiKey", { ...account, scopes: ["yc.ai.languageModels.execute"] }),
      session: resource("yandex:IamToken", { serviceAccountId }),
      visit: resource("yandex:EphemeralAccessKey", { sessionName: "visit", subjectId: serviceAccountId }),
      mailer: resource("aws:AccessKey", { userName: "mailer" }),
      "rotating-deployer": resource("yandex:RotatingServiceAccountKey", rotating),
      "rotating-uploads": resource("yandex:RotatingStaticAccessKey", rotating),
      "rotating-search": resource("yandex:RotatingApiKey", rotating),
      "rotating-mailer": resource("aws:RotatingAccessKey", {
        userName: "bulk-mailer",
        rotate: { every: "30d" },
      }),
    },
    outputs: {
      keyFile: outputOf("deployer.keyFile"),
      accessKeyId: outputOf("uploads.accessKeyId"),
      mailerId: outputOf("mailer.accessKeyId"),
      madeAt: outputOf("mailer.createdAt"),
      token: outputOf("session.iamToken"),
      visitId: outputOf("visit.accessKeyId"),
      currentId: outputOf("rotating-uploads.current.id"),
      currentKeyFile: outputOf("rotating-deployer.keyFile"),
      currentSecret: outputOf("rotating-search.secret"),
      currentAccessKeyId: outputOf("rotating-mailer.accessKeyId"),
    },
  };
}

/** A plain key, of which another resource is told, and a rotating one. */
const keys =
  (settings: object = {}) =>
  ({ serviceAccountId }: YamlStack): YamlProgram => {
    const args = { serviceAccountId, rotate: { every: "30d" }, ...settings };
    return {
      resources: {
        plain: resource("yandex:StaticAccessKey", args),
        rotating: resource("yandex:RotatingStaticAccessKey", { ...args, overlap: "7d" }),
        consumer: resource("yandex:ApiKey", {
          serviceAccountId,
          description: `of ${outputOf("rotating.accessKeyId")}`,
        }),
      },
    };
  };

describe("programs in YAML, on the plugin", { concurrency: 2 }, () => {
  test("every kind is made, unchanged, refreshed and gone; no secret is in the clear", async (t) => {
    const stack = await YamlStack.create(t, (made) => {
      for (const name of ["mailer", "bulk-mailer"]) made.iam.addUser(name);
      return everyKind(made);
    });
    const preview = await stack.preview();
    assert.match(preview, /11 to create/);
    await stack.up();
    await stack.up("--expect-no-changes");
    await stack.refresh("--expect-no-changes");
    const secrets = stack.iam.secrets();
    assert.ok(secrets.length >= 10);
    const everywhere = `${stack.printed}${await stack.files.stateText()}`;
    for (const secret of secrets) assert.ok(!everywhere.includes(secret));
    assert.ok(!everywhere.includes("PRIVATE KEY"));

    const outputs = await stack.outputs();
    assert.equal(JSON.parse(String(outputs.keyFile)).service_account_id, stack.serviceAccountId);
    assert.equal(outputs.mailerId, (await stack.resource("mailer")).id);
    assert.equal(outputs.visitId, (await stack.resource("visit")).id);
    assert.match(String(outputs.madeAt), /^\d{4}-\d\d-\d\dT/);
    assert.match(String(outputs.currentKeyFile), /PRIVATE KEY/);
    for (const [name, value] of Object.entries(outputs)) assert.ok(value, name);
    assert.equal(Object.keys(outputs).length, 10);
    await stack.destroy();
    // Nobody can delete that one: it ends by itself.
    assert.deepEqual(stack.ids(), [outputs.visitId]);
  });

  test("a key that is due: the preview says why, a rotation keeps the one before, and who takes it is told", async (t) => {
    const stack = await YamlStack.create(t, keys());
    await stack.up();
    const before = stack.ids();
    stack.clock.advance(31 * DAY);
    const preview = await stack.preview("--diff");
    assert.match(preview, /plain \(yandex:StaticAccessKey\): new key: due since .* \(every 30d\)/);
    assert.match(
      preview,
      /rotating \(yandex:RotatingStaticAccessKey\): new key: due since .* keeps working until/,
    );
    // The consumer's description is not known, since the new key is not.
    assert.match(preview, /~ description: "of [\w-]+" => \[unknown\]/);
    assert.match(preview, /~ 2 to update\s+\+-1 to replace/);
    assert.deepEqual(stack.ids(), before);
    await stack.up();
    const { outputs = {} } = await stack.resource("rotating");
    const [current, previous] = [outputs.current, outputs.previous] as { id: string; accessKeyId: string }[];
    assert.ok(previous && before.includes(previous.id));
    assert.ok(current && !before.includes(current.id));
    assert.equal((await stack.resource("consumer")).outputs?.description, `of ${current.accessKeyId}`);
    assert.equal(stack.ids().length, 4);
    await stack.up("--expect-no-changes");
    stack.clock.advance(8 * DAY);
    assert.match(await stack.preview(), /its previous key \w+ will be deleted: its overlap is over/);
    await stack.up();
    assert.equal(stack.ids().length, 3);
    assert.ok(!stack.ids().includes(previous.id));
  });

  test("a change in place leaves all that it does not touch known in the preview", async (t) => {
    const stack = await YamlStack.create(t, keys());
    await stack.up();
    await stack.become(keys({ description: "of the uploader" })(stack));
    const preview = await stack.preview("--diff");
    assert.match(preview, /\+ description: "of the uploader"/);
    assert.match(preview, /~ 2 to update/);
    assert.doesNotMatch(preview, /unknown/);
    const before = stack.ids();
    await stack.up();
    await stack.up("--expect-no-changes");
    assert.deepEqual(stack.ids(), before);
  });

  test("keepers and an order ask for new keys, and the preview says so", async (t) => {
    const stack = await YamlStack.create(t, keys());
    await stack.up();
    const first = stack.ids();
    // A number, as whoever writes YAML writes it.
    await stack.become(keys({ keepers: { generation: 2 } })(stack));
    assert.match(await stack.preview(), /new key: keepers changed; it takes the place of/);
    await stack.up();
    await stack.up("--expect-no-changes");
    const second = stack.ids();
    assert.equal(second.filter((id) => first.includes(id)).length, 2);
    await stack.config("iam-keys:rotateNow", "incident-1:plain");
    assert.match(await stack.preview(), /plain .*new key: ordered by iam-keys:rotateNow \(incident-1\)/);
    await stack.up();
    assert.equal(stack.ids().filter((id) => !second.includes(id)).length, 1);
    await stack.up("--expect-no-changes");
  });

  test("a plan is kept to, a day later", async (t) => {
    const stack = await YamlStack.create(t, keys());
    const plan = () => `${stack.files.folder}/plan.json`;
    for (const days of [0, 31, 8]) {
      stack.clock.advance(days * DAY);
      await stack.preview("--save-plan", plan());
      stack.clock.advance(3600_000);
      await stack.up("--plan", plan());
      await stack.up("--expect-no-changes");
    }
    assert.equal(stack.ids().length, 3);
  });
});
