import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import { PLUGIN_SERVER, RELEASE } from "../../cli/init/release.ts";
import { VERSION } from "../../provider/version.ts";
import { generatedFiles, generatedUrl } from "../../schema/generatedFiles.ts";
import { declaredKinds } from "../../schema/kindFiles.ts";
import { areTranslated } from "../../schema/programs.ts";

const files = await generatedFiles(await declaredKinds());

for (const [path, text] of files) {
  test(`${path} is what the kinds and their classes say: \`npm run schema\` writes it`, async () => {
    assert.equal(await readFile(generatedUrl(path), "utf8"), text);
  });
}

test("the examples in other languages are those of the classes: `npm run schema` translates them", async () => {
  assert.ok(areTranslated(await declaredKinds()));
});

test("the quickstarts and the page on languages are of this version", async () => {
  const files = [
    "docs/languages.md",
    "examples/languages/typescript/package.json",
    "examples/languages/python/requirements.txt",
    "examples/languages/csharp/keys.csproj",
    "examples/languages/go/go.mod",
    "examples/languages/yaml/Pulumi.yaml",
    "examples/languages/java/pom.xml",
  ];
  for (const file of files) {
    const text = await readFile(generatedUrl(file), "utf8");
    assert.ok(text.includes(VERSION), file);
  }
});

test("init looks for a release where the schema does", async () => {
  const { pluginDownloadURL, repository } = JSON.parse(await readFile(generatedUrl("schema.json"), "utf8"));
  assert.equal(PLUGIN_SERVER, pluginDownloadURL);
  assert.equal(RELEASE, `${repository}/releases/download/v${VERSION}`);
});

test("there is no page of a resource that is gone", async () => {
  const pages = (await readdir(generatedUrl("docs/reference/"))).map((file) => `docs/reference/${file}`);
  assert.deepEqual(
    pages.filter((page) => !files.has(page)),
    [],
  );
});
