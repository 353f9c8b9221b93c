import { readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { VERSION } from "../../provider/version.ts";
import { archiveFile } from "../../scripts/archive/archiveFile.ts";
import { realEngine } from "../../tools/engine.ts";
import { hostFolder } from "../../tools/pulumi/pulumiTool.ts";
import { quickstartRuns } from "./support/quickstart.ts";
import { YamlStack } from "./support/yamlStack.ts";

const QUICKSTART = new URL("../../examples/languages/yaml/Pulumi.yaml", import.meta.url);

test("an archive is installed as a plugin, and serves a program that names no path, without Node.js", async (t) => {
  const stack = await YamlStack.create(t, () => ({}));
  const { file } = await realEngine();
  stack.files.env.PATH = [await hostFolder("yaml"), path.dirname(file)].join(path.delimiter);
  delete stack.files.env.NODE_OPTIONS;
  await stack.expect("plugin", "install", "resource", "iam-keys", VERSION, "--file", archiveFile());
  await stack.files.write("Pulumi.yaml", await readFile(QUICKSTART, "utf8"));
  await quickstartRuns(stack);
});
