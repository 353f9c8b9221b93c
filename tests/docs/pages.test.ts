import assert from "node:assert/strict";
import { test } from "node:test";
import { markdownPages } from "./commandLines.ts";
import { NOT_RUN } from "./notRun.ts";
import { FIRST_KEYS, IN_USE, TAKEN_ELSEWHERE } from "./pages.ts";
import { blocksIn, pageText, statementsIn, withoutComment } from "./shellBlocks.ts";
import { beginsWith, reasonNotToRun, sectionsOf } from "./takePage.ts";

const pages = [...FIRST_KEYS, ...IN_USE];

test("each command of a shell block is typed by a test, or listed with the reason why not", () => {
  const taken = [...pages.map(({ page }) => page), ...TAKEN_ELSEWHERE];
  const untyped = markdownPages()
    .filter((page) => !taken.includes(page))
    .flatMap((page) =>
      blocksIn(pageText(page), "sh")
        .flatMap(statementsIn)
        .map((typed) => ({ page, typed })),
    )
    .filter(({ typed }) => reasonNotToRun(typed) === undefined);
  assert.deepEqual(untyped, []);
});

test("no shell block has another language, with which no test would type it", () => {
  const other = markdownPages().filter((page) =>
    /^ *```(bash|console|shell|zsh|shell-session)\b/m.test(pageText(page)),
  );
  assert.deepEqual(other, []);
});

test("the list of what is not typed, and the tables of the pages, have nothing that the docs do not", () => {
  const all = [
    ...markdownPages().flatMap((page) => blocksIn(pageText(page), "sh").flatMap(statementsIn)),
    ...pages.flatMap((page) => sectionsOf(page).flatMap(({ commands }) => commands)),
  ];
  const unused = Object.keys(NOT_RUN).filter((begin) => !all.some((typed) => beginsWith(typed, begin)));
  assert.deepEqual(unused, []);
  for (const page of pages) {
    const commands = sectionsOf(page).flatMap(({ commands }) => commands);
    assert.ok(
      commands.some((typed) => reasonNotToRun(typed) === undefined),
      page.page,
    );
    for (const begin of Object.keys({ ...page.ends, ...page.asks, ...page.prints }))
      assert.ok(
        commands.some((typed) => beginsWith(typed, begin)),
        `${page.page} has no ${begin}`,
      );
  }
});

test("a command goes on over lines and quotes, and a comment is no part of it", () => {
  const block = `one --a \\\n  --b\n# it's a remark\ntwo 'x\ny'   # don't\n\nthree "a # b"\n`;
  assert.deepEqual(statementsIn(block).map(withoutComment), [
    "one --a \\\n  --b",
    "two 'x\ny'",
    'three "a # b"',
  ]);
  assert.throws(() => statementsIn("one 'x\n"), /ends within a command/);
});
