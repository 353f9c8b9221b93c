import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { PERSON, type Touch, wrongIn } from "../../simulation/invariants.ts";

describe("what no request may do", () => {
  const retired: Touch = {
    by: "the stack",
    maker: "the stack",
    key: "old",
    how: "deleted",
    currentOf: [],
    consumers: [],
    asked: [],
  };

  test("is not to delete a previous key that nobody needs", () => {
    assert.deepEqual(wrongIn(retired), []);
  });

  const wrong: readonly (readonly [what: RegExp, change: Partial<Touch>])[] = [
    [/deleted, which another stack made/, { maker: "another stack" }],
    [/made inactive, which another stack made/, { maker: "another stack", how: "made inactive" }],
    [/described anew, which another stack made/, { maker: "another stack", how: "described anew" }],
    [/deleted, which a person made/, { maker: PERSON, asked: ["previous", "current"] }],
    [
      /which the state of the stack has as its current key/,
      { currentOf: ["the stack"], asked: ["previous"] },
    ],
    [
      /which the state of another stack has/,
      { currentOf: ["another stack"], asked: ["previous", "current"] },
    ],
    [/made inactive, which consumer 1 and 3 needs/, { consumers: [1, 3], how: "made inactive" }],
    [/made active, which nobody asked for/, { how: "made active" }],
  ];
  for (const [what, change] of wrong) {
    test(`is found: ${what.source}`, () => {
      assert.match(wrongIn({ ...retired, ...change }).join("\n"), what);
    });
  }

  test("is a person's right, and what the program or a person asks for", () => {
    const needed: Partial<Touch> = { maker: "another stack", currentOf: ["another stack"], consumers: [1] };
    assert.deepEqual(wrongIn({ ...retired, ...needed, by: PERSON }), []);
    assert.deepEqual(wrongIn({ ...retired, consumers: [1], asked: ["previous"] }), []);
    assert.deepEqual(
      wrongIn({ ...retired, currentOf: ["the stack"], consumers: [1], asked: ["current"] }),
      [],
    );
    assert.deepEqual(wrongIn({ ...retired, how: "made active", asked: ["reactivation"] }), []);
    assert.deepEqual(wrongIn({ ...retired, how: "described anew", currentOf: ["the stack"] }), []);
  });
});
