import assert from "node:assert/strict";
import { glob, readFile } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { hardToRead } from "./support/plainEnglish.ts";
import { hardInSource } from "./support/sourceProse.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PAGES = ["*.md", "docs/**/*.md", "examples/**/*.md", "local/*/README.md"];
const SOURCES = "{provider,sdk,cli,schema}/**/*.ts";
/** Tells of what was, in the words of its day. */
const HISTORY = "CHANGELOG.md";

test("the pages are in plain English", async () => {
  const hard: string[] = [];
  let count = 0;
  for await (const page of glob(PAGES, { cwd: ROOT, exclude: ["**/node_modules/**", HISTORY] })) {
    count++;
    const text = await readFile(path.join(ROOT, page), "utf8");
    for (const { line, found, instead } of hardToRead(text))
      hard.push(`${page}:${line}: "${found}". Write: ${instead}.`);
  }
  assert.ok(count > 30);
  assert.deepEqual(hard, []);
});

test("the comments and messages of the sources are in plain English", async () => {
  const hard: string[] = [];
  let count = 0;
  for await (const source of glob(SOURCES, { cwd: ROOT })) {
    count++;
    const text = await readFile(path.join(ROOT, source), "utf8");
    for (const { line, found, instead } of hardInSource(text))
      hard.push(`${source}:${line}: "${found}". Write: ${instead}.`);
  }
  assert.ok(count > 300);
  assert.deepEqual(hard, []);
});

describe("the check", () => {
  const found = (page: string) => hardToRead(page).map(({ line, found, instead }) => [line, found, instead]);

  test("names the line, the words and what to write instead", () => {
    const page =
      "# A page\n\nA run finds it.\nIn order to find it, it lists.\n\n- It is made anew.\n\n| a | via b |\n";
    assert.deepEqual(found(page), [
      [3, "In order to", "to"],
      [6, "anew", "again"],
      [8, "via", "through, with, by"],
    ]);
  });

  for (const [sentence, words] of [
    ["A create of which nobody knows whether it made a key is looked into.", "of which|nobody knows"],
    ["Days and hours, by the clock on the wall of a time zone.", "by the clock"],
    ["Where a key leaks, it is replaced.", "Where a"],
    ["It works. Of a rotation, the next run finds the key.", "Of a"],
    ["It is refused, as no service takes it.", ", as no"],
    ["The previous key goes on working for AWS alone.", "goes on working|alone"],
    ["A moment that is none is refused; the key is to be kept.", "is to be|that is none"],
  ] as const)
    test(`finds "${words}"`, () => {
      const all = found(sentence).map(([, words]) => words);
      assert.deepEqual(all.toSorted(), words.split("|").toSorted());
    });

  test("counts the words of a sentence across its lines, and not those of a list of sentences", () => {
    const long = `${"word ".repeat(20)}\n${"more ".repeat(13)}end.`;
    assert.equal(hardToRead(`Text.\n\n${long}`).length, 1);
    assert.deepEqual(hardToRead(`${"word ".repeat(30)}end. ${"More ".repeat(30)}end.`), []);
    assert.deepEqual(hardToRead(`- ${"word ".repeat(20)}\n- ${"more ".repeat(20)}`), []);
  });

  test("reads no code, no address, no comment and no heading", () => {
    const page =
      "---\ntitle: via\n---\n\n## Where a key goes\n\n```sh\nplease via\n```\n\n<!-- please -->\n\nSee [it](via.md), `via`, https://via.example.\n";
    assert.deepEqual(hardToRead(page), []);
  });

  test("reads the comments and the messages of a source, and neither its code nor its names", () => {
    const source = `import { via } from "./via.ts";
/**
 * Made anew.
 *
 * @param via how
 */
export function make(via: string): string {
  // It is sent
  // in order to see.
  const name = 'via';
  if (via === name) throw new Error(\`The key \${via} is to be made in the next run.\`);
  return \`\${via}/e.g./\${name}\`; /* biome-ignore lint: via */
}
// biome-ignore lint/style: via a rule
`;
    assert.deepEqual(
      hardInSource(source).map(({ line, found }) => [line, found]),
      [
        [3, "anew"],
        [8, "in order to"],
        [11, "is to be"],
      ],
    );
  });
});
