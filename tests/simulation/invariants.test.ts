import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { LocalCredential } from "../../local/iam/index.ts";
import { brokenBy, type Look, type ObservedRun } from "../../simulation/invariants.ts";

function key(id: string, status: "Active" | "Inactive" = "Active"): LocalCredential {
  return { kind: "aws:AccessKey", id, owner: "user", status, createdAt: "2026-01-01T00:00:00Z" };
}

function marked(id: string, mark: string): LocalCredential {
  const description = `rotating:[pulumi project/stack/uploads #${mark}]`;
  return {
    kind: "yandex:StaticAccessKey",
    id,
    owner: "account",
    description,
    createdAt: "2026-01-01T00:00:00Z",
  };
}

const before: Look = {
  ours: [key("old")],
  current: "old",
  previous: undefined,
  abandoned: [],
  mark: "k3f9x2ab.1",
};
const after: Look = {
  ...before,
  ours: [key("old"), key("new")],
  current: "new",
  previous: "old",
  mark: "k3f9x2ab.2",
};
const rotation: ObservedRun = {
  before,
  after,
  error: undefined,
  mayFail: false,
  ordered: true,
  overlaps: true,
  goneUnseen: new Set(),
  said: "",
  leftOver: new Set(),
  sawAll: true,
};
const withThird = (third: LocalCredential): Partial<ObservedRun> => ({
  after: { ...after, ours: [...after.ours, third] },
  leftOver: new Set([third.id]),
});

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
      /left the useless spoilt, and did not say so/,
      { after: { ...after, ours: [...after.ours, key("spoilt")], abandoned: ["spoilt"] } },
    ],
    [
      /key third is not in the state/,
      { after: { ...after, ours: [key("new"), key("third")], previous: undefined } },
    ],
    [/key third is not in the state/, { ...withThird(key("third")), leftOver: new Set(), sawAll: false }],
    [/key third is not in the state, and nobody is told/, withThird(key("third"))],
    [/key third is nobody's and is still there/, withThird(marked("third", "k3f9x2ab.2?"))],
    [/names key old, which is gone/, { after: { ...after, ours: [key("new")] } }],
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

  test("is not broken by a key left over that the run has named, or could not see", () => {
    const third = withThird(key("third"));
    assert.deepEqual(brokenBy({ ...rotation, ...third, said: "key third (Active): It stays." }), []);
    assert.deepEqual(brokenBy({ ...rotation, ...third, sawAll: false }), []);
    assert.deepEqual(brokenBy({ ...rotation, ...withThird(marked("x", "other678.2?")), said: "key x" }), []);
  });

  test("is not broken by a key on its way out that the run could not delete, and said so", () => {
    const useless = { ...after, ours: [...after.ours, key("out")], abandoned: ["out"] };
    assert.deepEqual(brokenBy({ ...rotation, after: useless, said: "its key out is deleted later" }), []);
  });
});
