import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { PLUGIN } from "./support/cliStack.ts";
import { YamlStack } from "./support/yamlStack.ts";

const QUICKSTART = new URL("../../examples/languages/yaml/Pulumi.yaml", import.meta.url);

test("the quickstart in YAML makes a key, with a plugin that is on no PATH", async (t) => {
  const stack = await YamlStack.create(t, () => ({}));
  stack.files.env.PATH = stack.files.env.PATH?.replace(PLUGIN, "");
  const plugins = `plugins:\n  providers:\n    - { name: iam-keys, path: ${PLUGIN} }\n`;
  await stack.files.write("Pulumi.yaml", `${await readFile(QUICKSTART, "utf8")}${plugins}`);
  await stack.expect("stack", "init", "quickstart");
  await stack.config("serviceAccountId", stack.serviceAccountId);
  await stack.up();
  await stack.up("--expect-no-changes");
  const { secretAccessKey } = await stack.outputs();
  assert.ok(stack.iam.secrets().includes(String(secretAccessKey)));
  await stack.destroy();
  assert.deepEqual(stack.ids(), []);
});

test("the schema is one that the CLI takes", async (t) => {
  const stack = await YamlStack.create(t, () => ({}));
  const schema = new URL("../../schema.json", import.meta.url).pathname;
  const { stdout, stderr } = await stack.expect("schema", "check", schema);
  assert.doesNotMatch(`${stdout}${stderr}`, /error|warning: (?!using)/i);
});

test("the page on languages shows the programs that are tried", async () => {
  const read = (file: string) => readFile(new URL(`../../${file}`, import.meta.url), "utf8");
  const page = await read("docs/languages.md");
  for (const file of ["yaml/Pulumi.yaml", "python/__main__.py", "go/main.go"])
    assert.ok(page.includes(await read(`examples/languages/${file}`)), file);
});
