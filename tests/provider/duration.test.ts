import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseDuration } from "../../provider/rotation/duration.ts";

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
const unit = fc.constantFrom(...(Object.keys(UNITS) as (keyof typeof UNITS)[]));
const amount = fc.integer({ min: 1, max: 5_000 });

test("a number and a unit are that many of them", () => {
  fc.assert(
    fc.property(amount, unit, (count, name) => {
      assert.equal(parseDuration(`${count}${name}`), count * UNITS[name]);
    }),
  );
});

test("ISO 8601 says the same as the short form", () => {
  fc.assert(
    fc.property(amount, unit, (count, name) => {
      const iso = `P${name === "d" || name === "w" ? "" : "T"}${count}${name.toUpperCase()}`;
      assert.equal(parseDuration(iso), parseDuration(`${count}${name}`));
    }),
  );
});

test("the parts of a duration in ISO 8601 add up", () => {
  fc.assert(
    fc.property(fc.tuple(amount, amount, amount, amount), ([days, hours, minutes, seconds]) => {
      assert.equal(
        parseDuration(`P${days}DT${hours}H${minutes}M${seconds}S`),
        days * UNITS.d + hours * UNITS.h + minutes * UNITS.m + seconds * UNITS.s,
      );
    }),
  );
});

test("no text makes it throw; what it gives is a number of milliseconds", () => {
  const almost = fc.string({ unit: fc.constantFrom(..."PT0123456789.smhdwYMWDHS+- ") });
  fc.assert(
    fc.property(fc.oneof(fc.string(), almost), (text) => {
      const parsed = parseDuration(text);
      assert.ok(parsed === undefined || (parsed >= 0 && Number.isFinite(parsed)));
    }),
    { numRuns: 1000 },
  );
});

test("several units add up, from the longest to the shortest", () => {
  assert.equal(parseDuration("1h30m"), 90 * 60 * 1000);
  assert.equal(parseDuration("1w2d"), parseDuration("9d"));
});

test("what has no fixed length or no sense is no duration", () => {
  const texts = [
    "",
    " ",
    "h",
    "1",
    "1 h",
    "1h ",
    "1.5h",
    "1y",
    "-1h",
    "-PT1H",
    "P1M",
    "P1Y",
    "P1Y2M",
    "P",
    "PT",
  ];
  for (const text of [...texts, "30m1h", "1h1h", "1H", "٣h", `${"9".repeat(400)}d`, "Infinityd", "PT1H2"]) {
    assert.equal(parseDuration(text), undefined, text);
  }
});
