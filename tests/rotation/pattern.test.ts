import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { fits } from "../../local/engine/deployment/targetPattern.ts";
import { matchesAwsPattern } from "../../local/iam/aws/pattern.ts";
import { matchesPattern } from "../../provider/rotation/pattern.ts";
import { endsByItself } from "../support/endsByItself.ts";

/** Short texts of few letters, so that patterns often fit. */
const text = fc.string({ unit: fc.constantFrom("a", "b", ":", "."), maxLength: 8 });
const patternOf = (...wildcards: string[]) =>
  fc.string({ unit: fc.constantFrom("a", "b", ":", ".", ...wildcards), maxLength: 8 });

/** What a regular expression says, which for patterns of this length takes no time. */
function bySource(pattern: string, wildcards: Readonly<Record<string, string>>, subject: string): boolean {
  const source = pattern
    .split(/(\*\*|\*|\?)/)
    .map((part) => wildcards[part] ?? part.replaceAll(/[.*?]/g, "\\$&"))
    .join("");
  return new RegExp(`^(?:${source})$`, "s").test(subject);
}

describe("patterns", () => {
  test("name what a regular expression of the same meaning names", () => {
    const stars = { "*": ".*", "**": ".*" };
    fc.assert(
      fc.property(patternOf("*"), text, (pattern, subject) => {
        const expected = bySource(pattern, stars, subject);
        assert.equal(matchesPattern(pattern, subject), expected);
        assert.equal(
          fits(pattern, subject),
          bySource(pattern, { "*": "[^:]*", "**": ".*" }, subject),
          "of --target",
        );
      }),
    );
    fc.assert(
      fc.property(patternOf("*", "?"), text, (pattern, subject) => {
        assert.equal(matchesAwsPattern(pattern, subject), bySource(pattern, { ...stars, "?": "." }, subject));
      }),
    );
  });

  for (const [where, name] of [
    ["provider/rotation/pattern.ts", "matchesPattern"],
    ["local/engine/deployment/targetPattern.ts", "fits"],
    ["local/iam/aws/pattern.ts", "matchesAwsPattern"],
  ] as const) {
    test(`${name} of ${where} ends where there are many stars and the end does not fit`, async () => {
      const printed = await endsByItself(`
        const { ${name} } = await import(root + "${where}");
        console.log(${name}("a*".repeat(10) + "b", "a".repeat(64)), ${name}("a*".repeat(2000) + "b", "a".repeat(4000)));
      `);
      assert.equal(printed, "false false");
    });
  }
});
