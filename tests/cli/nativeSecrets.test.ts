import assert from "node:assert/strict";
import { test } from "node:test";
import { passphrase } from "../../local/engine/tests/support/stack.ts";
import { assertHides, secretsIn } from "../security/support/exposure.ts";
import { outputOf, resource, YamlStack } from "./support/yamlStack.ts";

const DAY = 24 * 3600_000;
/** In its log from -v 3 on, the CLI writes down what a plugin is asked and answers: secrets too. */
const LOUD = ["--logtostderr", "--logflow", "--verbose=2"];

test("no secret of the plugin's keys gets out: in errors, previews, what a run says, its log, or the state", async (t) => {
  const stack = await YamlStack.create(t, ({ serviceAccountId, iam }) => {
    const account = { serviceAccountId, rotate: { every: "30d" } };
    return {
      resources: {
        deployer: resource("yandex:ServiceAccountKey", account),
        uploads: resource("yandex:StaticAccessKey", account),
        search: resource("yandex:ApiKey", account),
        session: resource("yandex:IamToken", { serviceAccountId }),
        visit: resource("yandex:EphemeralAccessKey", { sessionName: "visit", subjectId: serviceAccountId }),
        mailer: resource("aws:AccessKey", { userName: iam.addUser("mailer") }),
        rotatingDeployer: resource("yandex:RotatingServiceAccountKey", { ...account, overlap: "7d" }),
        rotatingUploads: resource("yandex:RotatingStaticAccessKey", { ...account, overlap: "7d" }),
        // Whoever takes a secret into an argument of its own makes a secret of that one, too.
        consumer: resource("yandex:StaticAccessKey", {
          serviceAccountId,
          keepers: { of: outputOf("uploads.secretAccessKey") },
        }),
      },
      outputs: {
        keyFile: outputOf("deployer.keyFile"),
        current: outputOf("rotatingUploads.current"),
        token: outputOf("session.iamToken"),
      },
    };
  });
  const { iam, clock } = stack;
  const assertQuiet = async () => {
    const secrets = [...iam.secrets(), passphrase];
    assertHides(stack.printed, secrets, "what was printed");
    assertHides(await stack.files.stateText(), secrets, "the state");
  };

  const awsSecret = String(iam.environment.AWS_SECRET_ACCESS_KEY);
  const token = String(iam.environment.YC_TOKEN);
  iam.fail({ operation: "Key.create", times: 2, fault: { status: 400, message: `echo: ${token}` } });
  iam.fail({ operation: "AccessKey.create", times: 9, fault: { omit: "secret" } });
  iam.fail({
    operation: "aws:CreateAccessKey",
    times: 2,
    fault: { status: 403, code: "SignatureDoesNotMatch", message: `echo: ${awsSecret}` },
  });
  const refused = await stack.refused("up", "--yes", "--skip-preview", ...LOUD);
  assert.match(refused, /echo: \[secret\]/);
  await assertQuiet();
  iam.clearFaults();

  await stack.up("--diff", ...LOUD);
  await assertQuiet();
  clock.advance(31 * DAY);
  await stack.preview("--diff", ...LOUD);
  await stack.preview("--json");
  await stack.up("--diff", ...LOUD);
  await stack.refresh("--diff", ...LOUD);
  await stack.expect("stack", "output", "--json");
  await stack.expect("stack", "export");
  await assertQuiet();

  const { stdout } = await stack.files.run(["stack", "output", "--json", "--show-secrets"]);
  assert.match(stdout, /PRIVATE KEY/);
  assert.ok(secretsIn(stdout, iam.secrets()).length > 0, "the stack does have its secrets");
  await stack.destroy();
  await assertQuiet();
});
