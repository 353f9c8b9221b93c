import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startLocalIam } from "../../local/iam/index.ts";
import { realEngine } from "../../tools/engine.ts";
import { generateSdks } from "../../tools/pulumi/generateSdks.ts";
import { pythonWith } from "../support/pythonTool.ts";
import { keysOf, PLUGIN } from "./support/cliStack.ts";

const run = promisify(execFile);
const QUICKSTART = fileURLToPath(new URL("../../examples/languages/python/__main__.py", import.meta.url));
const RUNNER = fileURLToPath(new URL("./support/runInline.py", import.meta.url));

test("the quickstart in Python makes a key by the SDK that the schema comes to, and no other run changes it", async (t) => {
  const python = await pythonWith("pulumi==3.272.0", t.signal);
  if (typeof python !== "string") return t.skip(python.unavailable);
  const folder = await mkdtemp(path.join(tmpdir(), "iam-keys-python-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const iam = await startLocalIam();
  t.after(() => iam.close());
  await generateSdks(path.join(folder, "sdks"));
  const modules = path.join(folder, "modules");
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"];
  await run(python, [...pip, "--target", modules, path.join(folder, "sdks/python")]);
  const engine = await realEngine();
  const { stdout } = await run(python, [RUNNER, QUICKSTART, "iam-keys-python", folder], {
    env: {
      ...process.env,
      ...engine.environment,
      ...iam.environment,
      PATH: [PLUGIN, engine.environment.PATH].join(path.delimiter),
      PYTHONPATH: modules,
      PULUMI_BACKEND_URL: `file://${folder}`,
      PULUMI_HOME: path.join(folder, ".home"),
      PULUMI_CONFIG_PASSPHRASE: "a test has nothing to hide",
      PROGRAM_CONFIG: JSON.stringify({ serviceAccountId: iam.serviceAccountId }),
    },
  });
  const { accessKeyId, secretAccessKey } = JSON.parse(stdout);
  assert.equal(accessKeyId.secret, false);
  assert.equal(secretAccessKey.secret, true);
  assert.ok(iam.secrets().includes(secretAccessKey.value));
  const made = iam.requests.filter(({ operation }) => operation === "AccessKey.create");
  assert.equal(made.length, 1);
  assert.deepEqual(keysOf(iam), []);
});
