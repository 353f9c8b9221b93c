import fc from "fast-check";

/** Stands where a secret may stand: whatever is printed must not hold it. */
export const CANARY = "c4nary-of-a-secret-0123456789abcdef";

/** Pieces that parsers stumble over. */
const PIECES = [
  '"',
  "\\",
  '\\"',
  "'",
  "{",
  "}",
  "[",
  "]",
  "- ",
  ": ",
  ":\n",
  ",",
  "=",
  "*",
  "&a ",
  "*a",
  "<<: *a",
  "#",
  " #",
  ";",
  "\n",
  "\r\n",
  "\t",
  " ",
  "\0",
  "\uFEFF",
  "ï»¿",
  "\uD800",
  "\u2028",
  "\u202E",
  "é",
  "null",
  "true",
  "NaN",
  "1e999",
  "-0",
  "__proto__",
  "constructor",
  "-----BEGIN PRIVATE KEY-----",
  "-----END PRIVATE KEY-----",
  "t1.",
  "eyJhbGciOiJ9.",
  "Bearer ",
  "../",
  "%00",
  "P1D",
  "90d",
  "2026-01-01T00:00:00Z",
  "a",
  "0",
  "/",
  "@",
  "?",
  "<",
  ">",
  "<!DOCTYPE x [",
  "]]>",
];

/** One piece over and over, which is what work that grows by the square shows itself by. */
const repeated = fc
  .tuple(fc.string({ maxLength: 8 }), fc.constantFrom(...PIECES), fc.nat(20_000), fc.string({ maxLength: 8 }))
  .map(([before, piece, times, after]) => before + piece.repeat(times) + after);

const pieces = fc.array(fc.constantFrom(...PIECES), { maxLength: 30 }).map((all) => all.join(""));

/** A text that was right, with a part of it left out, put in or doubled. */
function mutated(seeds: readonly string[]): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...seeds), fc.array(fc.tuple(fc.nat(), fc.nat(30), pieces), { maxLength: 4 }))
    .map(([seed, cuts]) =>
      cuts.reduce((text, [place, length, put]) => {
        const at = text.length === 0 ? 0 : place % text.length;
        return text.slice(0, at) + put + text.slice(at + length);
      }, seed),
    );
}

/** A text of any kind; most of them near one of the seeds. */
export function textLike(...seeds: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 4, arbitrary: mutated(seeds) },
    { weight: 2, arbitrary: pieces },
    { weight: 2, arbitrary: repeated },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 200 }) },
  );
}

/** Lists in lists in lists. */
const deep = fc
  .tuple(fc.nat(30_000), fc.constantFrom("[", '{"a":'))
  .map(([depth, open]) => {
    const close = open === "[" ? "]" : "}";
    return `${open.repeat(depth)}1${close.repeat(depth)}`;
  })
  .map((text) => JSON.parse(text) as unknown);

/** A value of JSON whose fields have these names, or others. */
export function jsonOf(...names: readonly string[]): fc.Arbitrary<unknown> {
  const name = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...names) },
    { weight: 1, arbitrary: fc.constantFrom("__proto__", "constructor", "toString", "", "0", "length") },
    { weight: 1, arbitrary: fc.string({ maxLength: 5 }) },
  );
  const leaf = fc.oneof(
    fc.constantFrom<unknown>(
      null,
      true,
      false,
      0,
      -1,
      1e308,
      5e-324,
      2 ** 53,
      "",
      "a",
      CANARY,
      "90d",
      "0s",
      "P1Y",
    ),
    fc.constantFrom(
      "2026-01-01T00:00:00Z",
      "+275760-09-13T00:00:00Z",
      "9999-12-31T23:59:59.999999999Z",
      "k3f9x2ab.4?",
    ),
    fc.constantFrom("04da6b54-80e4-46f7-96ec-b56ff0331ba9", "4dabf18193072939515e22adb298388d"),
    fc.string({ unit: "binary", maxLength: 20 }),
    repeated,
    fc.double(),
  );
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      { weight: 4, arbitrary: leaf },
      { weight: 2, arbitrary: fc.array(tie("value"), { maxLength: 4 }) },
      { weight: 4, arbitrary: fc.dictionary(name, tie("value"), { maxKeys: 6, noNullPrototype: true }) },
      { weight: 1, arbitrary: deep },
    ),
  }));
  return value;
}

/** An object whose fields have these names, or others. */
export function objectOf(...names: readonly string[]): fc.Arbitrary<Record<string, unknown>> {
  return fc.dictionary(
    fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...names) },
      { weight: 1, arbitrary: fc.string({ maxLength: 5 }) },
    ),
    jsonOf(...names),
    {
      maxKeys: names.length,
      noNullPrototype: true,
    },
  );
}

/** An object that is right but for some of its fields. */
export function objectLike(right: Readonly<Record<string, unknown>>): fc.Arbitrary<Record<string, unknown>> {
  const names = Object.keys(right);
  return fc
    .tuple(
      fc.subarray(names),
      fc.dictionary(fc.constantFrom(...names), jsonOf(...names), { maxKeys: 2, noNullPrototype: true }),
    )
    .map(([left, wrong]) => ({
      ...Object.fromEntries(
        Object.entries(right).filter(([name]) => !left.includes(name) || Math.abs(name.length % 2) === 0),
      ),
      ...wrong,
    }));
}
