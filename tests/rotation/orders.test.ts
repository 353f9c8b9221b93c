import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Properties } from "../../provider/kinds/kind.ts";
import { ordersDone, withOrderDone } from "../../provider/lifecycle/ordersDone.ts";
import { openToken } from "../../provider/rotation/emergency.ts";

const SORTS = ["rotateNow", "revertNow"] as const;

test("whoever orders what, in whatever turns: a resource carries out each of 20 tokens once", () => {
  // An older version's state has the last token alone.
  const before = fc.option(fc.constantFrom<string>("t0", "t1"), { nil: undefined });
  const order = fc.record({
    sort: fc.constantFrom(...SORTS),
    token: fc.nat(19).map((n) => `t${n}`),
    isNamed: fc.boolean(),
  });
  fc.assert(
    fc.property(before, fc.array(order, { maxLength: 60 }), (rotateNow, orders) => {
      let outputs: Properties = { rotateNow };
      const done = { rotateNow: new Set([rotateNow]), revertNow: new Set<string | undefined>() };
      for (const { sort, token, isNamed } of orders) {
        const given = { token, patterns: [isNamed ? "up*" : "down*"] };
        const open = openToken(given, "uploads", ordersDone(outputs, sort));
        assert.equal(open, isNamed && !done[sort].has(token) ? token : undefined);
        outputs = { ...outputs, ...withOrderDone(outputs, sort, open) };
        if (isNamed) done[sort].add(token);
      }
    }),
  );
});

test("the state remembers the last 20 tokens, and has no list of earlier ones before there are any", () => {
  let outputs: Properties = withOrderDone({}, "rotateNow", "t0");
  assert.deepEqual(JSON.parse(JSON.stringify(outputs)), { rotateNow: "t0" });
  for (let n = 1; n <= 25; n += 1) outputs = { ...outputs, ...withOrderDone(outputs, "rotateNow", `t${n}`) };
  assert.deepEqual(
    ordersDone(outputs, "rotateNow"),
    Array.from({ length: 20 }, (_, n) => `t${n + 6}`),
  );
});
