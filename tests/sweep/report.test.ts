import assert from "node:assert/strict";
import { test } from "node:test";
import stringWidth from "string-width";
import type { Candidate } from "../../cli/sweep/look.ts";
import { foundLines } from "../../cli/sweep/report.ts";

const resource = {
  name: "uploads-of-the-shop",
  type: "yandex:RotatingStaticAccessKey",
} as Candidate["resource"];
const candidate = {
  id: "ajed3gl27khd7db3drm8",
  resource,
  verdict: { code: "unused", isDeletable: true, text: "may go: nobody ever used it, as the API says" },
  stray: {
    resource,
    account: "aje0account0of0uploads",
    createdAt: "2026-03-01T12:00:00Z",
    use: { known: true, last: undefined, isGone: false },
  },
} as unknown as Candidate;

for (const width of [60, 80, 120])
  test(`in ${width} columns each key is in one piece, and its verdict has a line of its own`, () => {
    const now = Date.parse("2026-03-10T12:00:00Z");
    const lines = foundLines({ stack: "things/dev", now, notes: [] }, [candidate], width);
    assert.ok(lines.every((line) => stringWidth(line) <= width));
    assert.match(lines.join("\n"), /^ajed3gl27khd7db3drm8 .*\n(?: {2}.*\n)* {2}VERDICT: may go: nobody/m);
    for (const told of ["aje0account0of0uploads", "9 d", "never"])
      assert.equal(lines.filter((line) => line.includes(told)).length, 1);
  });
