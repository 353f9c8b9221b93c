import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import { VirtualClock } from "../../local/clock/virtualClock.ts";
import { type LocalIam, startLocalIam } from "../../local/iam/index.ts";
import { CliStack, keysOf } from "./support/cliStack.ts";
import { type Door, dynamic, native } from "./support/doors.ts";
import { everyKind } from "./support/everyKind.ts";

const FIXTURES = path.join(import.meta.dirname, "fixtures");
const DAY = 24 * 3600_000;
const recordings = (await readdir(FIXTURES, { withFileTypes: true })).filter((entry) => entry.isDirectory());

interface Recorded extends AsyncDisposable {
  readonly stack: CliStack;
  readonly iam: LocalIam;
  readonly clock: VirtualClock;
}

/** The keys that stay until somebody deletes them. */
const idsOf = (iam: LocalIam) =>
  keysOf(iam)
    .filter(({ kind }) => kind !== "yandex:EphemeralAccessKey")
    .map(({ id }) => id);

/** How many rotating keys the stack has, and how many of them are of AWS. */
async function rotatingKeys(stack: CliStack): Promise<{ all: number; ofAws: number }> {
  const types = (await stack.resources())
    .map(({ type }) => type)
    .filter((type) => type.includes(":Rotating"));
  return { all: types.length, ofAws: types.filter((type) => type.includes("aws:")).length };
}

/** A recorded stack as it was when it was recorded, with its keys on a server. */
async function recorded(name: string, door: Door): Promise<Recorded> {
  const read = (file: string) => readFile(path.join(FIXTURES, name, file), "utf8");
  const { at, accounts } = JSON.parse(await read("recording.json"));
  const clock = new VirtualClock(Date.parse(at));
  const iam = await startLocalIam({ now: clock.now, contents: await read("iam.json") });
  const stack = await CliStack.create({ iam, clock, program: everyKind(accounts, door) });
  await stack.importState(JSON.parse(await read("state.json")));
  return {
    stack,
    iam,
    clock,
    async [Symbol.asyncDispose]() {
      await stack[Symbol.asyncDispose]();
      await iam.close();
    },
  };
}

/** Who takes over what: the plugin also has stacks of dynamic resources handed over to it. */
const takers = recordings.flatMap(({ name }) =>
  name.endsWith("-plugin")
    ? [{ title: `a stack of ${name}`, name, door: native }]
    : [
        { title: `a stack of ${name}`, name, door: dynamic },
        { title: `a stack of ${name}, in the hands of the plugin`, name, door: native },
      ],
);

for (const { title, name, door } of takers) {
  describe(title, () => {
    test("is taken over as it is: no key is made or deleted, and then nothing is left to do", async () => {
      await using stand = await recorded(name, door);
      const { stack, iam } = stand;
      const before = keysOf(iam);
      await stack.up();
      assert.deepEqual(
        keysOf(iam).map(({ id, description }) => ({ id, description })),
        before.map(({ id, description }) => ({ id, description })),
      );
      assert.deepEqual(await stack.preview({ expectNoChanges: true }), {});
      assert.deepEqual(await stack.refresh({ expectNoChanges: true }), {});
    });

    test("is refreshed and destroyed without a program, and leaves no key", async () => {
      await using stand = await recorded(name, door);
      const { stack, iam } = stand;
      const before = idsOf(iam);
      await stack.refresh();
      assert.deepEqual(idsOf(iam), before);
      await stack.destroy();
      assert.deepEqual(idsOf(iam), []);
    });

    test("goes on rotating: previous keys go when their overlap is over, current ones are followed when they are old", async () => {
      await using stand = await recorded(name, door);
      const { stack, iam, clock } = stand;
      const before = idsOf(iam);
      const rotating = await rotatingKeys(stack);
      clock.advance(8 * DAY);
      await stack.up();
      const withoutPrevious = idsOf(iam);
      // Those of AWS are inactive first.
      const gone = before.filter((id) => !withoutPrevious.includes(id));
      assert.equal(gone.length, rotating.all - rotating.ofAws);
      clock.advance(23 * DAY);
      await stack.up();
      const rotated = idsOf(iam);
      assert.equal(rotated.filter((id) => !before.includes(id)).length, rotating.all);
      assert.deepEqual(await stack.preview({ expectNoChanges: true }), {});
    });
  });
}
