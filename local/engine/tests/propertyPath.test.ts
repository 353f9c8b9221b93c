import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatPath, parsePath, pathContains, resetPath } from "../values/propertyPath.ts";
import { type PropertyMap, Secret } from "../values/propertyValue.ts";

function reset(path: string, properties: PropertyMap, source: PropertyMap) {
  return resetPath(properties, source, parsePath(path) ?? []);
}

describe("property paths", () => {
  it("are read and written", () => {
    const paths: [string, (string | number)[]][] = [
      ["a", ["a"]],
      ["a.b[0].c", ["a", "b", 0, "c"]],
      ['a["b.c"]', ["a", "b.c"]],
      ['a["say \\"x\\""][1][2]', ["a", 'say "x"', 1, 2]],
    ];
    for (const [text, path] of paths) {
      assert.deepEqual(parsePath(text), path);
      assert.equal(formatPath(path), text);
    }
    assert.deepEqual(parsePath("a[*].b"), ["a", "*", "b"]);
    assert.deepEqual(parsePath('["a"].*'), ["a", "*"]);
    assert.deepEqual(parsePath("foo-bar"), ["foo-bar"]);
  });

  it("that are none are refused", () => {
    for (const text of [".a", "a.", "a[", "a[x]", 'a["b]', "a..b", "a]["])
      assert.equal(parsePath(text), undefined);
  });

  it("contain what lies below them; * stands for any step", () => {
    const contains = (outer: string, inner: string) =>
      pathContains(parsePath(outer) ?? [], parsePath(inner) ?? []);
    assert.ok(contains("a", "a.b[0]"));
    assert.ok(contains("a[*].x", "a[3].x.y"));
    assert.ok(contains("*", "anything"));
    assert.ok(!contains("a.b", "a"));
    assert.ok(!contains("a[0]", 'a["0"]'));
  });

  it("reset a value, which may come or go in an object", () => {
    assert.deepEqual(reset("a.x", { a: { x: 2, y: 2 } }, { a: { x: 1 } }), {
      properties: { a: { x: 1, y: 2 } },
      followed: true,
    });
    assert.deepEqual(reset("a.x", { a: { y: 2 } }, { a: { x: 1 } }).properties, { a: { x: 1, y: 2 } });
    assert.deepEqual(reset("a.x", { a: { x: 2 } }, { a: {} }).properties, { a: {} });
    assert.deepEqual(reset("a.*", { a: { x: 2, z: 2 } }, { a: { x: 1, y: 1 } }).properties, {
      a: { x: 1, y: 1 },
    });
  });

  it("make no object and change no length on the way", () => {
    assert.deepEqual(reset("a.x", {}, { a: { x: 1 } }), { properties: {}, followed: false });
    assert.deepEqual(reset("a.x", { a: 1 }, { a: {} }), { properties: { a: 1 }, followed: true });
    assert.deepEqual(reset("a[1]", { a: [1, 2] }, { a: [3] }), {
      properties: { a: [1, 2] },
      followed: false,
    });
    assert.deepEqual(reset("a[*]", { a: [1, 2] }, { a: [3] }), {
      properties: { a: [3, 2] },
      followed: false,
    });
    assert.deepEqual(reset("a[0]", { a: [1, 2] }, { a: [3] }), { properties: { a: [3, 2] }, followed: true });
  });

  it("keep what was secret secret", () => {
    const secret = new Secret({ x: 1 });
    assert.deepEqual(reset("a.x", { a: { x: 2 } }, { a: secret }).properties, { a: { x: new Secret(1) } });
    assert.deepEqual(reset("a.x", { a: new Secret({ x: 2 }) }, { a: { x: 1 } }).properties, { a: secret });
    assert.equal(reset("a", { a: 2 }, { a: secret }).properties.a, secret);
  });
});
