import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { loadKind } from "../../provider/kinds/index.ts";
import {
  hasTag,
  ownerTag,
  tagProblems,
  trailingTag,
  withoutTag,
  withTag,
} from "../../provider/lifecycle/ownerTag.ts";

const TYPE = "yandex:StaticAccessKey";
const ROTATING = "yandex:RotatingStaticAccessKey";
const kind = await loadKind(TYPE);
const tagOf = (owner: string, type = TYPE) => ownerTag(type, kind, { owner }) ?? assert.fail("no tag");

const text = fc.string({ unit: "grapheme", maxLength: 120 });
const owner = fc
  .tuple(fc.stringMatching(/^[\w.-]{1,20}$/), fc.stringMatching(/^[\w.-]{1,20}$/), text)
  .map((parts) => parts.join("/"));

describe("the owner tag", () => {
  test("names project, stack and resource", () => {
    assert.equal(tagOf("shop/prod/uploads"), "[pulumi shop/prod/uploads]");
    assert.equal(
      withTag("for the shop", tagOf("shop/prod/uploads")),
      "for the shop [pulumi shop/prod/uploads]",
    );
    assert.equal(withTag(undefined, tagOf("shop/prod/uploads")), "[pulumi shop/prod/uploads]");
  });

  test("is absent where it is switched off, where there is no owner, and where keys carry none", async () => {
    assert.equal(ownerTag(TYPE, kind, { owner: "p/s/n", tagDescription: false }), undefined);
    assert.equal(ownerTag(TYPE, kind, {}), undefined);
    assert.equal(ownerTag("aws:AccessKey", await loadKind("aws:AccessKey"), { owner: "p/s/n" }), undefined);
  });

  test("comes off again and leaves every description as it was", () => {
    fc.assert(
      fc.property(owner, fc.constantFrom(TYPE, ROTATING), text, (of, type, description) => {
        const tag = tagOf(of, type);
        const there = withTag(description, tag) ?? assert.fail();
        assert.ok(hasTag(there, tag));
        assert.equal(trailingTag(there), tag);
        assert.equal(withoutTag(there, tag), description);
      }),
    );
  });

  test("is no other resource's, whatever their names, forms and descriptions", () => {
    fc.assert(
      fc.property(
        owner,
        owner,
        fc.constantFrom(TYPE, ROTATING),
        fc.constantFrom(TYPE, ROTATING),
        text,
        (mine, theirs, myType, theirType, description) => {
          fc.pre(mine !== theirs || myType !== theirType);
          const there = withTag(description, tagOf(theirs, theirType)) ?? assert.fail();
          assert.equal(hasTag(there, tagOf(mine, myType)), false);
        },
      ),
    );
  });

  test("of a long name is cut, stays its own, and leaves room for a description", () => {
    const long = (end: string) => `project/stack/${"n".repeat(300)}${end}`;
    assert.equal([...tagOf(long("a"))].length, 128);
    assert.notEqual(tagOf(long("a")), tagOf(long("b")));
    assert.match(tagOf(long("a")), /^\[pulumi project\/stack\/n+…[0-9a-f]{8}\]$/);
  });

  test("of a name with a bracket is not taken for another one", () => {
    const sly = tagOf("a/b/c [pulumi p/s/n");
    assert.equal(hasTag(sly, tagOf("p/s/n")), false);
    assert.match(sly, /^\[pulumi a\/b\/c \(pulumi p\/s\/n…[0-9a-f]{8}\]$/);
  });

  test("counts in the 256 characters that a description may have", () => {
    const inputs = (length: number) => ({ owner: "p/s/n", description: "🔑".repeat(length) });
    const room = 256 - "[pulumi p/s/n]".length - 1;
    assert.deepEqual(tagProblems(TYPE, kind, inputs(room)), []);
    assert.deepEqual(tagProblems(TYPE, kind, inputs(room + 1)), [
      `description must be at most ${room} characters long beside its owner tag "[pulumi p/s/n]", and has ${room + 1}; tagDescription: false leaves the tag out`,
    ]);
    assert.deepEqual(tagProblems(TYPE, kind, { ...inputs(256), tagDescription: false }), []);
  });
});
