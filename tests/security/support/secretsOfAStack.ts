import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import type { TestContext } from "node:test";
import type { Engine } from "../../../tools/engine.ts";
import { secretsIn } from "./exposure.ts";
import { documentedCommands } from "./securityDocument.ts";
import { WatchedStack } from "./watchedStack.ts";

/**
 * Takes a stack with every resource through its life, and looks for its secrets wherever they must not be.
 *
 * @param loud the engine's highest log level at which secrets are to be safe
 */
export async function secretsOfAStack(
  t: TestContext,
  engine: Engine,
  loud: readonly string[],
): Promise<void> {
  const watched = await WatchedStack.create(t, engine, loud);
  const { iam, stack } = watched;
  const [pem = ""] = iam.secrets().filter((secret) => secret.includes("PRIVATE KEY"));
  const awsSecret = iam.environment.AWS_SECRET_ACCESS_KEY;
  assert.ok(pem && awsSecret);

  await t.test("creates that fail", async () => {
    iam.fail({ operation: "Key.create", times: 2, fault: { status: 400, message: `echo: ${pem}` } });
    iam.fail({ operation: "AccessKey.create", times: 9, fault: { omit: "secret" } });
    iam.fail({
      operation: "IamToken.createForServiceAccount",
      fault: { replace: "expiresAt", with: "never" },
    });
    iam.fail({
      operation: "aws:CreateAccessKey",
      times: 2,
      fault: {
        status: 403,
        code: "SignatureDoesNotMatch",
        message: `echo: ${awsSecret} Signature=${"ab".repeat(32)}`,
      },
    });
    const { code, stdout, stderr } = await watched.run("up", "--skip-preview");
    assert.notEqual(code, 0);
    assert.match(stdout + stderr, /echo: \[secret\]/);
    iam.clearFaults();
  });

  await t.test("creates, watched while they run", { skip: !existsSync("/proc/self/environ") }, async () => {
    iam.fail({ operation: "aws:CreateAccessKey", fault: { pause: "before" } });
    const running = watched.expect("up", "--diff");
    const held = await Promise.race([iam.held(), running.then(() => assert.fail("nothing was held"))]);
    await watched.assertProcessesQuiet();
    // What is there while the run is under way: pending operations, locks.
    await watched.assertQuiet({ stdout: "", stderr: "" }).catch((error) => {
      held.release();
      throw error;
    });
    held.release();
    await running;
  });

  await t.test("updates and replacements", async () => {
    await watched.program({ generation: "2", description: "of another test", status: "Inactive" });
    await watched.expect("up", "--diff");
  });

  await t.test("the orders that docs/leaks.md has against a leak", async () => {
    const ids = async () => JSON.parse((await stack.expect("stack", "output", "ids", "--json")).stdout);
    const leaked = await ids();
    const live = () => iam.keys().map(({ id }) => id);
    for (const [heading, name, id] of [
      ["A key of a plain resource, or a token", "uploads", leaked.uploads],
      ["A key of a rotating resource", "rotating-uploads", leaked.rotating],
    ]) {
      assert.ok(live().includes(id));
      for (const line of documentedCommands(heading)) {
        const words = line.replaceAll("uploads", name).match(/"[^"]*"|\S+/g) ?? [];
        const [pulumi, ...args] = words.map((word) => word.replaceAll('"', ""));
        assert.equal(pulumi, "pulumi");
        if (args[0] === "up") await watched.expect(...args, "--skip-preview");
        else await stack.expect(...args);
      }
      assert.ok(!live().includes(id), "the leaked key is gone");
    }
    assert.notDeepEqual(await ids(), leaked);
  });

  await t.test("refresh, and a look at what there is", async () => {
    await watched.expect("refresh", "--skip-preview");
    await watched.assertQuiet(await stack.expect("stack", "output", "--json"));
    await watched.assertQuiet(await stack.expect("stack", "export"));
    const { stdout } = await stack.expect("stack", "output", "--json", "--show-secrets");
    assert.ok(secretsIn(stdout, iam.secrets()).length >= 7, "the stack does have its secrets");
  });

  await t.test("destroy, failing and then not", async () => {
    iam.fail({
      operation: "Key.delete",
      fault: { operation: { error: { code: 13, message: `echo: ${pem}` } } },
    });
    const { code, stdout, stderr } = await watched.run("destroy", "--skip-preview");
    assert.notEqual(code, 0);
    assert.match(stdout + stderr, /echo: \[secret\]/);
    await watched.expect("destroy", "--skip-preview");
  });
}
