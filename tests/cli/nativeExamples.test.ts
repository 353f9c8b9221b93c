import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { PLUGIN } from "./support/cliStack.ts";
import { quickstartRuns } from "./support/quickstart.ts";
import { writtenByInit } from "./support/writtenByInit.ts";
import { YamlStack } from "./support/yamlStack.ts";

const EXAMPLES = new URL("../../examples/languages/", import.meta.url);
const QUICKSTART = new URL("yaml/Pulumi.yaml", EXAMPLES);

test("what init writes in YAML makes a key, with a plugin that is on no PATH", async (t) => {
  const stack = await YamlStack.create(t, () => ({}));
  stack.files.env.PATH = stack.files.env.PATH?.replace(PLUGIN, "");
  const plugins = `plugins:\n  providers:\n    - { name: iam-keys, path: ${PLUGIN} }\n`;
  const written = path.join(await writtenByInit(t, "yaml"), "Pulumi.yaml");
  await stack.files.write("Pulumi.yaml", `${await readFile(written, "utf8")}${plugins}`);
  await quickstartRuns(stack);
});

test("the schema is one that the CLI takes", async (t) => {
  const stack = await YamlStack.create(t, () => ({}));
  const schema = new URL("../../schema.json", import.meta.url).pathname;
  const { stdout, stderr } = await stack.expect("schema", "check", schema);
  assert.doesNotMatch(`${stdout}${stderr}`, /error|warning: (?!using)/i);
});

test("`pulumi new` makes a project of the quickstart in Python, with what it asks for", async (t) => {
  const stack = await YamlStack.create(t, () => ({}));
  const folder = path.join(stack.files.folder, "new");
  const words = ["--generate-only", "--yes", "--force", "--name", "mine", "--dir", folder];
  const { code, stderr } = await stack.run("new", fileURLToPath(new URL("python", EXAMPLES)), ...words);
  // The project is made before the host of its language is asked for, which the pinned CLI comes without.
  if (code !== 0) assert.match(stderr, /pulumi-language-python/);
  const read = (file: string) => readFile(path.join(folder, file), "utf8");
  assert.match(await read("Pulumi.yaml"), /^name: mine$/m);
  for (const file of ["__main__.py", "requirements.txt"])
    assert.equal(await read(file), await readFile(new URL(`python/${file}`, EXAMPLES), "utf8"));
});

test("the page on languages shows the program that is tried", async () => {
  const page = await readFile(new URL("../../docs/languages.md", import.meta.url), "utf8");
  assert.ok(page.includes(await readFile(QUICKSTART, "utf8")));
});
