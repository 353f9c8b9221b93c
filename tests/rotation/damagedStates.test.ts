import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Properties } from "../../provider/kinds/kind.ts";
import { AWS_KEY, begin, STATIC_KEY } from "../../simulation/rotatingKinds.ts";
import { Stack } from "../../simulation/stack.ts";
import { DAY, startWorld } from "../../simulation/world.ts";

type State = Properties & { current: Properties; previous: Properties };

const DAMAGES: readonly (readonly [property: string, damage: (state: State) => unknown])[] = [
  ["previous.replacedAt", ({ previous }) => ({ previous: { ...previous, replacedAt: "yesterday" } })],
  ["previous.inactiveSince", ({ previous }) => ({ previous: { ...previous, inactiveSince: 0 } })],
  ["previous.id", ({ previous: { id: _, ...previous } }) => ({ previous })],
  ["current", () => ({ current: "gone" })],
  ["current.id", ({ current }) => ({ current: { ...current, id: "" } })],
  ["abandoned", () => ({ abandoned: null })],
  ["earlierRotateNow", () => ({ earlierRotateNow: "incident-1" })],
  ["deliveries.0.id", () => ({ deliveries: [{ lockboxVersionId: "e6q" }] })],
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

describe("the state of a resource of the other form, which an alias of type gives", () => {
  for (const [from, to] of [
    ["yandex:StaticAccessKey", "yandex:RotatingStaticAccessKey"],
    ["yandex:RotatingStaticAccessKey", "yandex:StaticAccessKey"],
    ["aws:AccessKey", "aws:RotatingAccessKey"],
    ["aws:RotatingAccessKey", "aws:AccessKey"],
  ] as const) {
    test(`${from} to ${to}: it is refused, and no key is made, deleted or forgotten`, async () => {
      await using world = await startWorld();
      const { serviceAccountId, userName } = world.iam;
      const inputs = from.startsWith("aws") ? { userName } : { serviceAccountId };
      const old = new Stack(world, from);
      assert.equal((await old.run(inputs)).error, undefined);
      const { id, outputs } = old.stored ?? assert.fail("no key");
      const held = (outputs.current as { id: string } | undefined)?.id ?? id;
      const taken = new Stack(world, to);
      taken.stored = old.stored;
      const keys = world.iam.keys();
      const { error, operations } = await taken.run(inputs);
      assert.match(String(error), /cannot go on with the state of .* \[INVALID_STATE\] Nothing was done\./);
      assert.ok(String(error).includes(`adopt: { id: "${held}" }`));
      assert.deepEqual(operations, []);
      assert.deepEqual(world.iam.keys(), keys);
    });
  }
});
