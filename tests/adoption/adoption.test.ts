import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { IamKeysError } from "../../provider/errors.ts";
import type { Properties } from "../../provider/kinds/kind.ts";
import { loadLifecycle } from "../../provider/lifecycle/loadLifecycle.ts";
import type { RotatingState } from "../../provider/lifecycle/rotatingState.ts";
import { Session } from "../../provider/session.ts";
import { isAccepted } from "../../simulation/consumer.ts";
import { Stack } from "../../simulation/stack.ts";
import { DAY, startWorld, type World } from "../../simulation/world.ts";

interface AdoptableKind {
  readonly type: string;
  readonly rotatingType: string;
  readonly account: string;
  readonly newOwner: (world: World) => string;
  readonly secret: string;
  readonly create: string;
  /** Whether a key can be used to see that it works. */
  readonly isTried: boolean;
  /** An input that can be changed in place: how the key has it, and how the program wants it. */
  readonly inPlace: { readonly before: Properties; readonly wanted: Properties };
}

const described = { before: { description: "by hand" }, wanted: { description: "by the stack" } };
const yandex = (type: string, secret: string, create: string): AdoptableKind => ({
  type: `yandex:${type}`,
  rotatingType: `yandex:Rotating${type}`,
  account: "serviceAccountId",
  newOwner: ({ iam }) => iam.addServiceAccount(),
  secret,
  create,
  isTried: secret !== "secret",
  inPlace: described,
});
let users = 0;

const KINDS: readonly AdoptableKind[] = [
  yandex("ServiceAccountKey", "privateKey", "Key.create"),
  yandex("StaticAccessKey", "secretAccessKey", "AccessKey.create"),
  yandex("ApiKey", "secret", "ApiKey.create"),
  {
    type: "aws:AccessKey",
    rotatingType: "aws:RotatingAccessKey",
    account: "userName",
    newOwner: ({ iam }) => {
      users += 1;
      return iam.addUser(`adopted-${users}`);
    },
    secret: "secretAccessKey",
    create: "aws:CreateAccessKey",
    isTried: true,
    inPlace: { before: { status: "Inactive" }, wanted: { status: "Active" } },
  },
];

/** A key that no stack has. */
async function makeByHand(world: World, kind: AdoptableKind, owner: string) {
  const hand = new Stack(world, kind.type);
  const untagged = kind.account === "userName" ? {} : { tagDescription: false };
  const { error } = await hand.run({ [kind.account]: owner, ...kind.inPlace.before, ...untagged });
  assert.equal(error, undefined);
  const { id, outputs } = hand.stored ?? assert.fail("no key");
  return { id, outputs, secret: String(outputs[kind.secret]) };
}

for (const kind of KINDS) {
  describe(`adopt: ${kind.type}`, () => {
    test("a key with its secret becomes the resource's, is made by nobody, and is in line with the program", async () => {
      await using world = await startWorld();
      const owner = kind.newOwner(world);
      const { id, secret } = await makeByHand(world, kind, owner);
      const stack = new Stack(world, kind.type);
      const asked = { [kind.account]: owner, ...kind.inPlace.wanted };
      const run = await stack.run({ ...asked, adopt: { id, secret } });
      assert.equal(run.error, undefined);
      assert.ok(!run.operations.includes(kind.create));
      assert.match(
        String(run.warnings),
        new RegExp(`key ${id} is adopted, and changed to .*${Object.keys(kind.inPlace.wanted)}`),
      );
      const { outputs, inputs } = stack.stored ?? assert.fail("no resource");
      assert.deepEqual([stack.stored?.id, outputs[kind.secret], outputs.adopt], [id, secret, { id }]);
      assert.ok(!JSON.stringify([inputs, world.warnings]).includes(JSON.stringify(secret).slice(1, -1)));
      assert.equal(world.keysOf(owner).length, 1);
      for (const [name, value] of Object.entries(kind.inPlace.wanted)) assert.equal(outputs[name], value);
      if (kind.isTried) assert.equal(await isAccepted(world, id, outputs), true);

      const again = { ...asked, adopt: { id, secret } };
      for (const news of [again, asked, { ...asked, adopt: { id } }]) {
        const { did, operations, warnings } = await stack.run(news);
        assert.deepEqual([did, operations, warnings], ["nothing", [], []]);
      }
      assert.equal((await stack.refresh()).error, undefined);
      assert.equal((await stack.run(asked)).did, "nothing");
      assert.equal((await stack.destroy()).error, undefined);
      assert.deepEqual(world.keysOf(owner), []);
    });

    test("a key without its secret: the first rotation brings one, and deletes the key as any other", async () => {
      await using world = await startWorld();
      const owner = kind.newOwner(world);
      const { id } = await makeByHand(world, kind, owner);
      world.advance(10 * DAY);
      const stack = new Stack(world, kind.type);
      const asked = { [kind.account]: owner, rotate: { every: "30d" } };
      const run = await stack.run({ ...asked, adopt: { id } });
      assert.equal(run.error, undefined);
      assert.match(
        String(run.warnings),
        new RegExp(`adopted, without its secret: ${kind.secret} is absent until the first rotation`),
      );
      assert.equal(kind.secret in (stack.stored?.outputs ?? {}), false);
      assert.equal((await stack.run(asked)).did, "nothing");

      // Its age counts from when it was made.
      world.advance(20 * DAY - 1000);
      world.iam.fail({ operation: kind.create, fault: { status: 403, message: "You may not." } });
      assert.equal((await stack.run({ ...asked, adopt: { id } })).did, "nothing");
      world.advance(2000);
      const failed = await stack.run({ ...asked, adopt: { id } });
      assert.match(String(failed.error), /You may not/);
      assert.deepEqual(
        world.keysOf(owner).map((key) => key.id),
        [id],
      );

      const rotated = await stack.run({ ...asked, adopt: { id } });
      assert.deepEqual([rotated.did, rotated.error], ["replace", undefined]);
      assert.notEqual(stack.stored?.id, id);
      assert.equal(typeof stack.stored?.outputs[kind.secret], "string");
      assert.deepEqual(
        world.keysOf(owner).map((key) => key.id),
        [stack.stored?.id],
      );
      world.advance(30 * DAY);
      assert.equal((await stack.run({ ...asked, adopt: { id } })).did, "replace");
      assert.equal((await stack.run(asked)).did, "nothing");
    });

    test("a rotating resource adopts, and retires what it adopted", async () => {
      await using world = await startWorld();
      const owner = kind.newOwner(world);
      const { id, secret } = await makeByHand(world, kind, owner);
      const stack = new Stack(world, kind.rotatingType);
      const asked = {
        [kind.account]: owner,
        rotate: { every: "30d" },
        overlap: "7d",
        adopt: { id, secret },
        ...kind.inPlace.wanted,
        ...(kind.account === "userName" ? { retire: { grace: "1d" } } : {}),
      };
      const state = () => stack.stored?.outputs as RotatingState;
      assert.equal((await stack.run(asked)).error, undefined);
      assert.deepEqual([state().current?.id, state().current?.[kind.secret]], [id, secret]);
      world.advance(30 * DAY);
      const { operations } = await stack.run(asked);
      assert.equal(operations.filter((operation) => operation === kind.create).length, 1);
      assert.equal(state().previous?.id, id);
      if (kind.isTried) assert.equal(await isAccepted(world, id, state().previous ?? {}), true);
      world.advance(7 * DAY);
      await stack.run(asked);
      world.advance(DAY);
      await stack.run(asked);
      assert.deepEqual(
        world.keysOf(owner).map((key) => key.id),
        [state().current?.id],
      );
      assert.equal((await stack.run(asked)).did, "nothing");
    });

    test("a rotating resource that is to adopt a key which is its own makes and deletes none", async () => {
      await using world = await startWorld();
      const owner = kind.newOwner(world);
      const stack = new Stack(world, kind.rotatingType);
      const asked = { [kind.account]: owner, rotate: { every: "30d" }, overlap: "7d" };
      await stack.run(asked);
      world.advance(30 * DAY);
      await stack.run(asked);
      const { current, previous } = (stack.stored?.outputs ?? {}) as RotatingState;
      const live = () => world.keysOf(owner).map((key) => key.id);
      const ids = live();
      assert.deepEqual(ids.toSorted(), [String(current?.id), String(previous?.id)].toSorted());

      const back = await stack.run({ ...asked, adopt: { id: previous?.id } });
      assert.match(String(back.error), /adopt\.id names \S+, which is the previous key of uploads .* itself/);
      assert.match(String((back.error as IamKeysError).hint), /iam-keys:revertNow/);
      assert.deepEqual(live(), ids);

      const same = { ...asked, adopt: { id: current?.id } };
      for (const news of [same, same, asked]) {
        const { did, error } = await stack.run(news);
        assert.deepEqual([did, error, live()], ["nothing", undefined, ids]);
      }
      world.advance(30 * DAY);
      for (let run = 0; run < 4; run++, world.advance(DAY))
        assert.equal((await stack.run(same)).error, undefined);
      assert.equal((stack.stored?.outputs as RotatingState | undefined)?.previous?.id, current?.id);
      assert.equal((await stack.run(same)).did, "nothing");
    });

    test("an engine that replaces the resource without a look at it leaves the key to the new one", async () => {
      await using world = await startWorld();
      const owner = kind.newOwner(world);
      const { id, secret } = await makeByHand(world, kind, owner);
      const stack = new Stack(world, kind.type);
      const asked = { owner: "project/stack/uploads", [kind.account]: owner, adopt: { id, secret } };
      assert.equal((await stack.run(asked)).error, undefined);
      const old = stack.stored ?? assert.fail("no resource");
      // As after `pulumi state taint`: no check with the old inputs, and no diff.
      const lifecycle = await loadLifecycle(kind.type, new Session(world.ports));
      const { inputs, problems } = await lifecycle.check({}, asked);
      assert.deepEqual(problems, []);
      const made = await lifecycle.create(inputs);
      await lifecycle.delete(old.id, old.outputs);
      assert.equal(made.id, id);
      assert.deepEqual(
        world.keysOf(owner).map((key) => key.id),
        [id],
      );
    });

    test("what cannot be adopted is refused before anything is done, and stays as it is", async () => {
      await using world = await startWorld();
      const [owner, other] = [kind.newOwner(world), kind.newOwner(world)];
      const { id } = await makeByHand(world, kind, owner);
      const refused = async (news: Properties) => {
        const stack = new Stack(world, kind.type);
        const { error, operations } = await stack.run(news);
        assert.equal(stack.stored, undefined);
        return { error: String(error), operations };
      };
      const missing = await refused({ [kind.account]: owner, adopt: { id: "nobody" } });
      assert.match(missing.error, new RegExp(`adopt.id names no key of ${owner}: there is no nobody`));
      const foreign = await refused({ [kind.account]: other, adopt: { id } });
      assert.match(foreign.error, /adopt\.id names/);
      assert.match(foreign.error, new RegExp(other === owner ? "" : `${owner}|${other}`));
      const nameless = await refused({ adopt: { id } });
      assert.match(nameless.error, new RegExp(`${kind.account} is required with adopt`));
      assert.deepEqual(nameless.operations, []);
      const { secret } = await makeByHand(world, kind, kind.newOwner(world));
      const swapped = await refused({
        [kind.account]: owner,
        adopt: { id: secret.slice(0, 128), secret: id },
      });
      assert.match(swapped.error, /adopt\.id (looks like a secret|must be the id of a key)|adopt\.id must/);
      assert.ok(!swapped.error.includes(secret.slice(4, 40)));
      assert.deepEqual(swapped.operations, []);
      if (kind.type === "yandex:StaticAccessKey") {
        const letter = secret[20] === "x" ? "y" : "x";
        const garbled = `${secret.slice(0, 20)}${letter}${secret.slice(21)}`;
        for (const wrong of [garbled, secret.slice(0, -1), `${secret} `, `${secret}=`]) {
          const run = await refused({ [kind.account]: owner, adopt: { id, secret: wrong } });
          assert.match(run.error, /adopt\.secret (must be 40 characters|is damaged: its checksum)/);
          assert.ok(!run.error.includes(wrong.slice(4, 38)));
          assert.deepEqual(run.operations, []);
        }
      }
      const misspelt = await refused({ [kind.account]: owner, adopt: { id, secretKey: "no" } });
      assert.match(misspelt.error, /adopt has no secretKey/);
      assert.deepEqual(misspelt.operations, []);
      if (kind.isTried && kind.inPlace.before.status === undefined) {
        const file = await world.iam.serviceAccountKeyFile(other);
        const wrong = kind.secret === "privateKey" ? file.private_key : "not the secret of this key at all";
        const { error } = await refused({ [kind.account]: owner, adopt: { id, secret: wrong } });
        assert.match(error, /adopt\.secret is refused with the key/);
        assert.ok(!error.includes(wrong));
      }
      assert.deepEqual(
        world.keysOf(owner).map((key) => key.id),
        [id],
      );
    });
  });
}
