import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { LocalCredential } from "../../local/iam/index.ts";
import { brokenBy, type Look, type ObservedRun } from "../../simulation/invariants.ts";

function key(id: string, status: "Active" | "Inactive" = "Active"): LocalCredential {
  return { kind: "aws:AccessKey", id, owner: "user", status, createdAt: "2026-01-01T00:00:00Z" };
}

const before: Look = {
  ours: [key("old")],
  foreign: [key("foreign")],
  current: "old",
  previous: undefined,
  abandoned: [],
};
const after: Look = { ...before, ours: [key("old"), key("new")], current: "new", previous: "old" };
const rotation: ObservedRun = {
  before,
  after,
  error: undefined,
  mayFail: false,
  ordered: true,
  overlaps: true,
  goneUnseen: new Set(),
};

describe("what must hold after a run", () => {
  test("holds after a rotation", () => {
    assert.deepEqual(brokenBy(rotation), []);
  });

  const broken: readonly (readonly [what: RegExp, change: Partial<ObservedRun>])[] = [
    [/failed without a reason: no/, { after: before, error: new Error("no") }],
    [/left no key/, { after: { ...after, current: undefined, ours: [key("old")] } }],
    [/ordered, and a run succeeded without making one/, { after: before }],
    [/current key new does not work/, { after: { ...after, ours: [key("old"), key("new", "Inactive")] } }],
    [
      /key old, which consumers hold, does not work/,
      { after: { ...after, ours: [key("old", "Inactive"), key("new")] } },
    ],
    [
      /left the useless spoilt/,
      { after: { ...after, ours: [...after.ours, key("spoilt")], abandoned: ["spoilt"] } },
    ],
    [/there are 3 keys/, { after: { ...after, ours: [...after.ours, key("third")] } }],
    [
      /key third is not in the state/,
      { after: { ...after, ours: [key("new"), key("third")], previous: undefined } },
    ],
    [/names key old, which is gone/, { after: { ...after, ours: [key("new")] } }],
    [/foreign key was touched/, { after: { ...after, foreign: [key("foreign", "Inactive")] } }],
    [/foreign key was touched/, { after: { ...after, foreign: [] } }],
  ];
  for (const [what, change] of broken) {
    test(`is found broken: ${what.source}`, () => {
      assert.match(brokenBy({ ...rotation, ...change }).join("\n"), what);
    });
  }

  test("is not broken by what somebody deleted, nor by a policy without an overlap", () => {
    const gone = { ...after, ours: [key("new")] };
    assert.deepEqual(brokenBy({ ...rotation, after: gone, goneUnseen: new Set(["old"]) }), []);
    const atOnce = { ...gone, previous: undefined };
    assert.deepEqual(brokenBy({ ...rotation, after: atOnce, overlaps: false }), []);
  });
});
