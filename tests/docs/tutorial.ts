import assert from "node:assert/strict";
import type { Engine } from "../../tools/engine.ts";
import { Reader } from "./reader.ts";
import { blocksIn, pageText, sectionOf } from "./shellBlocks.ts";

/** The languages of the tutorial's files, with their names. */
const FILES = { yaml: "Pulumi.yaml", ts: "index.ts" };

/** Takes all steps of docs/tutorial.md, each file and each command as it stands there, and looks at the keys after each. */
export async function takeTutorial(engine: Engine): Promise<void> {
  await using reader = await Reader.open(engine);
  const page = pageText("docs/tutorial.md");
  const step = async (number: number) => {
    const section = sectionOf(page, `## ${number}. `);
    const printed = await reader.expect(blocksIn(section, "sh").join(""));
    for (const [language, file] of Object.entries(FILES))
      for (const content of blocksIn(section, language)) await reader.write(`first-key/${file}`, content);
    return printed;
  };
  const ids = () =>
    reader.iam
      .keys()
      .filter(({ kind }) => kind === "yandex:StaticAccessKey")
      .map(({ id }) => id);
  await step(1);
  await step(2);
  const created = await step(3);
  const [first, ...none] = ids();
  assert.deepEqual(none, []);
  assert.match(created, /\buploads\b/);
  assert.ok(
    reader.iam.secrets().some((secret) => created.includes(secret)),
    "the secret is shown",
  );

  const rotated = await step(4);
  assert.equal(ids().length, 2);
  assert.ok(first && ids().includes(first), "the first key keeps working");
  assert.match(rotated, /previous/);

  await step(5);
  assert.deepEqual(ids(), []);
}
