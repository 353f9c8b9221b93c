import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { processesWith } from "../matrix/processes.ts";
import { resource, YamlStack } from "./support/yamlStack.ts";

const one = ({ serviceAccountId }: YamlStack) => ({
  resources: { uploads: resource("yandex:StaticAccessKey", { serviceAccountId }) },
});

describe("a run on the plugin that fails", { concurrency: 2 }, () => {
  test("keeps a key that could not be finished, encrypted, and the next run finishes it", async (t) => {
    const stack = await YamlStack.create(t, () => ({
      resources: {
        mailer: resource("aws:AccessKey", { userName: "mailer", status: "Inactive", verify: false }),
      },
    }));
    stack.iam.addUser("mailer");
    const fault = { status: 403, message: "You may not." };
    stack.iam.fail({ operation: "aws:UpdateAccessKey", times: 1, fault });
    const said = await stack.refused("up", "--yes", "--skip-preview");
    assert.match(said, /Key \w+ was made and is kept, but is still Active\. .*You may not\./);
    const [id] = stack.ids();
    assert.equal((await stack.resource("mailer")).id, id);
    for (const secret of stack.iam.secrets()) {
      assert.ok(!`${stack.printed}${await stack.files.stateText()}`.includes(secret));
    }
    await stack.up();
    await stack.up("--expect-no-changes");
    assert.deepEqual(stack.ids(), [id]);
    assert.equal(stack.iam.keys()[0]?.status, "Inactive");
    assert.ok((await stack.resource("mailer")).outputs?.secretAccessKey);
  });

  test("says a refusal of the API under the resource, in the API's words, and leaves nothing", async (t) => {
    const stack = await YamlStack.create(t, one);
    stack.iam.fail({ operation: "AccessKey.create", fault: { status: 403, message: "You may not." } });
    const said = await stack.refused("up", "--yes", "--skip-preview");
    assert.match(
      said,
      /iam-keys:yandex:StaticAccessKey \(uploads\):\n\s+error: .*You may not\. \[PERMISSION_DENIED/,
    );
    assert.doesNotMatch(said, /at .*\.js:\d+/);
    assert.deepEqual(stack.ids(), []);
    await stack.up();
    assert.equal(stack.ids().length, 1);
  });

  test("ends the plugin with the CLI, even where that is killed; what came of it, the next run settles", async (t) => {
    const stack = await YamlStack.create(t, one);
    const mark = randomUUID();
    stack.files.env.IAM_KEYS_TEST_MARK = mark;
    stack.iam.fail({ operation: "AccessKey.create", fault: { pause: "before" } });
    const running = stack.files.start(["up", "--yes", "--skip-preview", "--non-interactive"], {
      MATRIX_PROVIDER: JSON.stringify({ clock: stack.clock.segment }),
    });
    const held = await stack.iam.held();
    running.kill("SIGKILL");
    held.release();
    // The host of YAML programs is not ours to end.
    const plugins = async () => (await processesWith(mark)).filter(({ role }) => role === "engine");
    while ((await plugins()).length > 0) await sleep(50);
    await stack.expect("cancel", "--yes");
    await stack.up();
    await stack.up("--expect-no-changes");
    const { id } = await stack.resource("uploads");
    assert.ok(stack.ids().includes(String(id)));
  });
});
