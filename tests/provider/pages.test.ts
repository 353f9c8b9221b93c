import assert from "node:assert/strict";
import { test } from "node:test";
import { allPages } from "../../provider/api/pages.ts";

test("a list is read to its last page, however long the pages are", async () => {
  const long = Array.from({ length: 300_000 }, (_, index) => index);
  const pages = new Map<string | undefined, { items: number[]; next?: string }>([
    [undefined, { items: long, next: "b" }],
    ["b", { items: [], next: "c" }],
    ["c", { items: [7], next: "" }],
  ]);
  const all = await allPages("Key.list", async (from) => pages.get(from) ?? assert.fail(`page ${from}`));
  assert.equal(all.length, long.length + 1);
  assert.equal(all.at(-1), 7);
});

for (const [what, circle] of [
  ["the same page over and over", ["a"]],
  ["pages in a circle", ["a", "b", "c"]],
] as const) {
  test(`${what} are an error, not a run that does not end`, async () => {
    let asked = 0;
    const endless = allPages("Key.list", async () => {
      asked += 1;
      return { items: [asked], next: circle[asked % circle.length] };
    });
    await assert.rejects(
      endless,
      /^IamKeysError: Key\.list answered with pages that do not end\. \[UNEXPECTED_REPLY/,
    );
    assert.ok(asked <= 1_000);
  });
}
