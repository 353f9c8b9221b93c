import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { loadKind } from "../../provider/kinds/index.ts";
import { parseMark } from "../../provider/lifecycle/mark.ts";
import {
  ownerTag,
  readTag,
  tagNames,
  tagProblems,
  withoutTag,
  withTag,
} from "../../provider/lifecycle/ownerTag.ts";

const TYPE = "yandex:StaticAccessKey";
const ROTATING = "yandex:RotatingStaticAccessKey";
const kind = await loadKind(TYPE);
const MARK = "k3f9x2ab.4";
const tagOf = (owner: string, type = TYPE, mark: string | undefined = MARK) =>
  ownerTag(type, kind, { owner, mark }) ?? assert.fail("no tag");

const text = fc.string({ unit: "grapheme", maxLength: 120 });
const owner = fc
  .tuple(fc.stringMatching(/^[\w.-]{1,20}$/), fc.stringMatching(/^[\w.-]{1,20}$/), text)
  .map((parts) => parts.join("/"));

const mark = fc.constantFrom("k3f9x2ab.4", "k3f9x2ab.5", "k3f9x2ab.5?", "aaaaaaaa.1", "zzzzzzzz.9999999?");

describe("the owner tag", () => {
  test("names project, stack and resource, and which of its keys this is", () => {
    const tag = "[pulumi shop/prod/uploads #k3f9x2ab.4]";
    assert.equal(tagOf("shop/prod/uploads"), tag);
    assert.equal(withTag("for the shop", tag), `for the shop ${tag}`);
    assert.equal(withTag(undefined, tag), tag);
    assert.deepEqual(readTag(`for the shop ${tag}`), {
      name: "[pulumi shop/prod/uploads",
      mark: { instance: "k3f9x2ab", number: 4, onTrial: false },
    });
  });

  test("of a key that was made before there were marks is known by its name alone", () => {
    assert.equal(ownerTag(TYPE, kind, { owner: "p/s/n" }), "[pulumi p/s/n]");
    assert.deepEqual(readTag("old [pulumi p/s/n]"), { name: "[pulumi p/s/n", mark: undefined });
    assert.deepEqual(tagNames(TYPE, kind, { owner: "p/s/n" }), ["[pulumi p/s/n"]);
  });

  test("is absent where it is switched off, where there is no owner, and where keys carry none", async () => {
    assert.equal(ownerTag(TYPE, kind, { owner: "p/s/n", tagDescription: false }), undefined);
    assert.equal(ownerTag(TYPE, kind, {}), undefined);
    assert.equal(ownerTag("aws:AccessKey", await loadKind("aws:AccessKey"), { owner: "p/s/n" }), undefined);
  });

  test("comes off again and leaves every description as it was", () => {
    fc.assert(
      fc.property(owner, fc.constantFrom(TYPE, ROTATING), mark, text, (of, type, each, description) => {
        const tag = tagOf(of, type, each);
        const there = withTag(description, tag) ?? assert.fail();
        assert.equal(withoutTag(there, tag), description);
        const { name, mark: read } = readTag(there) ?? assert.fail();
        assert.ok(tagNames(type, kind, { owner: of }).includes(name));
        assert.deepEqual(read, parseMark(each));
        assert.ok([...tag].length <= 128);
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
          const { name } = readTag(there) ?? assert.fail();
          assert.ok(!tagNames(myType, kind, { owner: mine }).includes(name));
        },
      ),
    );
  });

  test("of a long name is cut, stays its own, and leaves room for a description", () => {
    const long = (end: string) => `project/stack/${"n".repeat(300)}${end}`;
    assert.equal([...tagOf(long("a"), TYPE, "k3f9x2ab.1234567?")].length, 128);
    assert.notEqual(tagOf(long("a")), tagOf(long("b")));
    assert.match(tagOf(long("a")), /^\[pulumi project\/stack\/n+…[0-9a-f]{8} #k3f9x2ab\.4\]$/);
  });

  test("of a name with a bracket is not taken for another one", () => {
    const sly = tagOf("a/b/c [pulumi p/s/n");
    assert.notEqual(readTag(sly)?.name, readTag(tagOf("p/s/n"))?.name);
    assert.match(sly, /^\[pulumi a\/b\/c \(pulumi p\/s\/n…[0-9a-f]{8} #k3f9x2ab\.4\]$/);
  });

  test("counts in the 256 characters that a description may have", () => {
    const inputs = (length: number) => ({ owner: "p/s/n", description: "🔑".repeat(length) });
    const room = 256 - "[pulumi p/s/n #k3f9x2ab.1234567?]".length - 1;
    assert.deepEqual(tagProblems(TYPE, kind, inputs(room)), []);
    assert.deepEqual(tagProblems(TYPE, kind, inputs(room + 1)), [
      `description must be at most ${room} characters long beside its owner tag "[pulumi p/s/n #…]", and has ${room + 1}; tagDescription: false leaves the tag out`,
    ]);
    assert.deepEqual(tagProblems(TYPE, kind, { ...inputs(256), tagDescription: false }), []);
  });
});
