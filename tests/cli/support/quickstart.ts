import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestContext } from "node:test";
import { promisify } from "node:util";
import { startLocalIam } from "../../../local/iam/index.ts";
import { realEngine } from "../../../tools/engine.ts";
import { generateSdks } from "../../../tools/pulumi/generateSdks.ts";
import { filesUnder } from "../../matrix/stackFiles.ts";
import { assertHides } from "../../security/support/exposure.ts";
import { keysOf, PLUGIN } from "./cliStack.ts";
import type { YamlStack } from "./yamlStack.ts";

/** A folder with the SDKs that the schema comes to, which is gone when the test ends. */
export async function folderWithSdks(t: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "iam-keys-sdks-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await generateSdks(folder);
  return folder;
}

interface Output {
  readonly value: unknown;
  readonly secret: boolean;
}

/**
 * The quickstart, as a program that runs itself by the Automation API (made, unchanged, gone) and prints its outputs,
 * makes one key, and its secret is one.
 *
 * @param words what comes before the name of the project and the folder
 */
export async function quickstartWorks(
  t: TestContext,
  folder: string,
  [file, ...words]: readonly [string, ...string[]],
  environment: Readonly<Record<string, string>> = {},
): Promise<void> {
  const iam = await startLocalIam();
  t.after(() => iam.close());
  const engine = await realEngine();
  const { stdout, stderr } = await promisify(execFile)(file, [...words, "quickstart", folder], {
    env: {
      ...process.env,
      ...engine.environment,
      ...iam.environment,
      PATH: [PLUGIN, engine.environment.PATH].join(path.delimiter),
      PULUMI_BACKEND_URL: `file://${folder}`,
      PULUMI_HOME: path.join(folder, ".home"),
      PULUMI_CONFIG_PASSPHRASE: "a test has nothing to hide",
      PROGRAM_CONFIG: JSON.stringify({ serviceAccountId: iam.serviceAccountId }),
      ...environment,
    },
  });
  const { accessKeyId, secretAccessKey } = JSON.parse(stdout) as Record<string, Output>;
  assert.equal(accessKeyId?.secret, false);
  assert.equal(secretAccessKey?.secret, true);
  assert.ok(iam.secrets().includes(String(secretAccessKey.value)));
  const made = iam.requests.filter(({ operation }) => operation === "AccessKey.create");
  assert.equal(made.length, 1);
  assert.deepEqual(keysOf(iam), []);
  // The state is gone, and its history is not.
  const history = await filesUnder(path.join(folder, ".pulumi"));
  assert.ok(history.length > 0);
  for (const text of [stderr, ...history.map((each) => each.text)])
    assertHides(text, iam.secrets(), "the history of the stack, or what was printed");
}

/** The quickstart that the stack's folder has, run by the engine itself: its key is made, is an output, stays and goes. */
export async function quickstartRuns(stack: YamlStack): Promise<void> {
  await stack.expect("stack", "init", "quickstart");
  await stack.config("serviceAccountId", stack.serviceAccountId);
  await stack.up();
  await stack.up("--expect-no-changes");
  const { secretAccessKey } = await stack.outputs();
  assert.ok(stack.iam.secrets().includes(String(secretAccessKey)));
  await stack.destroy();
  assert.deepEqual(stack.ids(), []);
}
