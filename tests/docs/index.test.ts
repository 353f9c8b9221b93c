import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { DOCS, RESOURCES } from "../../schema/docsIndex.ts";
import { declaredKinds, resourceTypes } from "../../schema/kindFiles.ts";

const ROOT = path.join(import.meta.dirname, "../..");
const pages = DOCS.flatMap((group) => group.pages);

// tests/schema holds what is made of the index to it, and tests/package/links.test.ts each link.
describe("the index of the docs, schema/docsIndex.ts,", () => {
  test("has every page of docs/ once, in one group", async () => {
    const resources = (await declaredKinds())
      .flatMap(({ kind }) => resourceTypes(kind))
      .map((type) => path.posix.join(path.posix.dirname(RESOURCES), `${type.replace(":", ".")}.md`));
    const written = readdirSync(path.join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
      .map((file) => path.posix.join("docs", file))
      .filter((file) => file.endsWith(".md") && file !== "docs/README.md" && !resources.includes(file));
    const listed = pages.map((page) => page.path).filter((file) => file.startsWith("docs/"));
    assert.deepEqual(listed.toSorted(), written.toSorted());
  });

  test("has no page and no title twice, and says in one sentence what a page is about", () => {
    assert.deepEqual(
      DOCS.map(({ name }) => name),
      ["Tutorial", "Guides", "Reference", "Internals"],
    );
    for (const value of ["path", "title", "line"] as const)
      assert.equal(new Set(pages.map((page) => page[value])).size, pages.length, value);
    for (const { line } of pages) assert.match(line, /^[A-Z][^\n.]{10,100}\.$/);
  });
});
