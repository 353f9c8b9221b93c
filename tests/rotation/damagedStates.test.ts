import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Properties } from "../../provider/kinds/kind.ts";
import { AWS_KEY, begin, STATIC_KEY } from "../../simulation/rotatingKinds.ts";
import { DAY } from "../../simulation/world.ts";

type State = Properties & { current: Properties; previous: Properties };

const DAMAGES: readonly (readonly [property: string, damage: (state: State) => unknown])[] = [
  ["previous.replacedAt", ({ previous }) => ({ previous: { ...previous, replacedAt: "yesterday" } })],
  ["previous.inactiveSince", ({ previous }) => ({ previous: { ...previous, inactiveSince: 0 } })],
  ["previous.id", ({ previous: { id: _, ...previous } }) => ({ previous })],
  ["current", () => ({ current: "gone" })],
  ["current.id", ({ current }) => ({ current: { ...current, id: "" } })],
  ["abandoned", () => ({ abandoned: null })],
  ["mark", () => ({ mark: 7 })],
  ["keySince", () => ({ keySince: "31.12.2025" })],
];

describe("a state that was edited by hand, or is damaged", () => {
  for (const kind of [STATIC_KEY, AWS_KEY]) {
    for (const [property, damage] of DAMAGES) {
      test(`${kind.type}: ${property} is named, and no key is touched by any run`, async () => {
        await using s = await begin(kind, kind.policy);
        s.world.advance(30 * DAY);
        await s.run();
        const { stored } = s.stack;
        assert.ok(stored && s.previous, "there are two keys");
        const outputs = { ...stored.outputs, ...(damage(stored.outputs as State) as Properties) };
        const keys = s.world.iam.keys();
        for (const run of [() => s.run(), () => s.stack.refresh(), () => s.stack.destroy()]) {
          s.stack.stored = { ...stored, outputs };
          const { error, operations } = await run();
          assert.match(
            String(error),
            new RegExp(`is damaged: ${property.replace(".", "\\.")} (must|is) .*\\[INVALID_STATE\\]`),
          );
          assert.deepEqual(operations, []);
        }
        assert.deepEqual(s.world.iam.keys(), keys);
      });
    }
  }
});
