import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type * as pulumi from "@pulumi/pulumi";
import type { LocalIam, OmitFault } from "../../local/iam/index.ts";
import { loadWholeKind } from "../../provider/lifecycle/loadLifecycle.ts";
import { InitFailure, type Properties, UNKNOWN } from "../support/dynamicProvider.ts";
import { type KindWorld, startKindWorld } from "../support/kindWorld.ts";
import { register } from "../support/registration.ts";

/** All that the suite has to know of a kind. */
export interface KindUnderTest {
  readonly type: string;
  readonly make: (name: string, args: Properties) => pulumi.CustomResource;
  /** Makes somebody new whom a key can belong to, so that tests do not see each other's keys. */
  readonly newOwner: (iam: LocalIam) => string;
  readonly leastInputs: (owner: string) => Properties;
  /** Every input, none at its default. */
  readonly everyInput: (owner: string) => Properties;
  /** The names of the outputs of a key made with the least inputs, beside those that every kind has. */
  readonly outputs: readonly string[];
  readonly secrets: readonly string[];
  /** What is asked before a key is made. Absent: nothing. */
  readonly beforeCreate?: readonly string[];
  readonly createOperation: string;
  /** What asks the server whether the new key works; tokens are not tried. */
  readonly verifyOperation?: string;
  /** How often it is asked. Absent: once. */
  readonly trials?: number;
  readonly deleteOperation: string;
  /** What a run asks once an account, where keys are tagged: whether an interrupted one has left any behind. */
  readonly sweep: readonly string[];
  /** For each input that replaces: another value than that of `everyInput`. */
  readonly replacing: (iam: LocalIam) => Properties;
  /** An input that changes in place, and what a change of it asks the server for. */
  readonly inPlace: {
    readonly property: string;
    readonly to: unknown;
    readonly operations: readonly string[];
  };
  /** What somebody can change behind the stack's back. */
  readonly drift?: {
    readonly patch: { description: string } | { status: "Inactive" };
    readonly updateOperation: string;
  };
  /** Uses the credential for what it is for: whether it is accepted. */
  readonly works: (iam: LocalIam, id: string, outputs: Properties) => Promise<boolean>;
  readonly omittable: OmitFault["omit"];
  /** How an error names the field that the server omitted. */
  readonly omittedField: RegExp;
  /** Whether a key that came without its secret can be deleted: tokens have no id to do so by. */
  readonly deletableWithoutSecret: boolean;
}

/** What every kind takes to keep its secrets out of the state. */
const SINKS = {
  encryptTo: { age: "age1" },
  outputToLockbox: { secretId: "e6q" },
  outputToSecretsManager: { secretId: "uploads" },
};
const IN_EVERY_OUTPUT = ["__provider", "owner", "keySince"];

/** What every kind must do, through the real dynamic-provider process against the stand-in server. */
export function everyKindMust(kind: KindUnderTest): void {
  describe(`every kind must: ${kind.type}`, () => {
    let world: KindWorld;
    /** What the sdk puts beside the arguments. */
    let added: Properties;
    before(async () => {
      world = await startKindWorld();
      const { registration } = await register((name) => kind.make(name, {}));
      added = registration.inputs;
    });
    after(() => world?.close());

    const withProvider = (inputs: Properties): Properties => ({ ...added, ...inputs });
    const made = [...(kind.beforeCreate ?? []), kind.createOperation];
    // Using a key may make a token of the same owner.
    const keysOf = (owner: string) =>
      world.iam.keys().filter((key) => key.owner === owner && key.kind === kind.type);

    test("the program registers its type, its inputs and its secrets", async () => {
      const { registration } = await register((name) => kind.make(name, kind.everyInput("owner")));
      assert.equal(registration.type, `pulumi-nodejs:dynamic/iam-keys/${kind.type}`);
      const { owner } = registration.inputs;
      assert.equal(owner, `project/stack/${registration.name}`);
      assert.deepEqual(registration.inputs, { ...withProvider(kind.everyInput("owner")), owner });
      assert.deepEqual(registration.additionalSecretOutputs, kind.secrets);
      assert.deepEqual((await loadWholeKind(kind.type)).secretOutputs, kind.secrets);
      assert.equal(
        added.__provider,
        `exports.handler=()=>require("pulumi-iam-keys/dynamic").handler("${kind.type}")`,
      );
    });

    test("create sends one request, tries the key, looks for lost ones, and gives every output", async () => {
      const owner = kind.newOwner(world.iam);
      const { result, operations } = await world.during(() =>
        world.up(withProvider(kind.leastInputs(owner))),
      );
      const trials = Array.from({ length: kind.trials ?? 1 }, () => kind.verifyOperation ?? []);
      assert.deepEqual(operations, [...made, ...trials.flat(), ...kind.sweep]);
      assert.deepEqual(Object.keys(result.outputs).sort(), [...IN_EVERY_OUTPUT, ...kind.outputs].sort());
      assert.ok(result.id);
      for (const secret of kind.secrets) {
        assert.equal(typeof result.outputs[secret], "string");
        assert.ok(!result.id.includes(String(result.outputs[secret])));
      }
      assert.equal(keysOf(owner).length, 1);
    });

    if (kind.verifyOperation) {
      test("create tries no key that is not to be tried", async () => {
        const inputs = withProvider({ ...kind.leastInputs(kind.newOwner(world.iam)), verify: false });
        const { operations } = await world.during(() => world.up(inputs));
        assert.deepEqual(operations, [...made, ...kind.sweep]);
      });
    }

    test("create echoes every input", async () => {
      const inputs = kind.everyInput(kind.newOwner(world.iam));
      const { outputs } = await world.up(withProvider(inputs));
      const echoed = Object.fromEntries(Object.keys(inputs).map((name) => [name, outputs[name]]));
      assert.deepEqual(echoed, inputs);
      assert.deepEqual(Object.values(outputs).includes(null), false);
    });

    test("the credential works, until it is deleted; deleting it twice succeeds", async () => {
      const owner = kind.newOwner(world.iam);
      const { id, outputs } = await world.up(withProvider(kind.leastInputs(owner)));
      assert.equal(await kind.works(world.iam, id, outputs), true);
      const { operations } = await world.during(() => world.provider.delete(id, outputs));
      // Its tag says whether another provider's process has adopted it meanwhile. AWS keys and tokens have none.
      const [, service] = /^(\w+)\.delete$/.exec(kind.deleteOperation) ?? [];
      const looks = service === undefined ? [] : [`${service}.list`];
      assert.deepEqual(operations, [...looks, kind.deleteOperation]);
      assert.deepEqual(keysOf(owner), []);
      assert.equal(await kind.works(world.iam, id, outputs), false);
      await world.provider.delete(id, outputs);
      assert.deepEqual(keysOf(owner), []);
    });

    test("the key of an owner who is gone counts as deleted and as gone", async () => {
      const owner = kind.newOwner(world.iam);
      const { id, outputs } = await world.up(withProvider(kind.leastInputs(owner)));
      world.iam.remove(owner);
      assert.equal((await world.provider.read(id, outputs)).id, "");
      await world.provider.delete(id, outputs);
    });

    test("read keeps every output, with no new inputs where nothing changed", async () => {
      const { id, outputs } = await world.up(withProvider(kind.everyInput(kind.newOwner(world.iam))));
      assert.deepEqual(await world.provider.read(id, outputs), { id, outputs, inputs: undefined });
    });

    test("read of a key that is gone gives no id", async () => {
      const owner = kind.newOwner(world.iam);
      const { id, outputs } = await world.up(withProvider(kind.leastInputs(owner)));
      for (const key of keysOf(owner)) world.iam.remove(key.id);
      assert.equal((await world.provider.read(id, outputs)).id, "");
    });

    test("nothing changed: no difference and no request", async () => {
      const owner = kind.newOwner(world.iam);
      for (const inputs of [kind.leastInputs(owner), kind.everyInput(kind.newOwner(world.iam))]) {
        const made = await world.up(withProvider(inputs));
        const { result, operations } = await world.during(async () => {
          const { inputs: checked } = await world.provider.check(made.inputs, withProvider(inputs));
          return world.provider.diff(made.id, made.outputs, checked);
        });
        assert.deepEqual(result, { changes: false, replaces: [], deleteBeforeReplace: false });
        assert.deepEqual(operations, []);
      }
    });

    test(`a change of ${kind.inPlace.property} updates in place and keeps every other output`, async () => {
      const { property, to, operations: expected } = kind.inPlace;
      const { id, outputs, inputs } = await world.up(withProvider(kind.everyInput(kind.newOwner(world.iam))));
      const wanted = { ...inputs, [property]: to };
      assert.deepEqual(await world.provider.diff(id, outputs, wanted), {
        changes: true,
        replaces: [],
        deleteBeforeReplace: false,
      });
      const { result, operations } = await world.during(() => world.provider.update(id, outputs, wanted));
      assert.deepEqual(result, { ...outputs, [property]: to });
      assert.deepEqual(operations, expected);
      assert.equal((await world.provider.diff(id, result, wanted)).changes, false);
      assert.deepEqual((await world.provider.read(id, result)).outputs, result);
    });

    test(`${kind.inPlace.property} taken away goes back to its default, unless it is left as it is`, async () => {
      const { property } = kind.inPlace;
      const owner = kind.newOwner(world.iam);
      const { id, outputs, inputs } = await world.up(withProvider(kind.everyInput(owner)));
      const { [property]: _, ...wanted } = inputs;
      const { defaults, leftAlone = [] } = await loadWholeKind(kind.type);
      const isLeft = leftAlone.includes(property);
      assert.deepEqual((await world.provider.diff(id, outputs, wanted)).changes, !isLeft);
      const updated = await world.provider.update(id, outputs, wanted);
      if (kind.outputs.includes(property))
        assert.equal(updated[property], isLeft ? outputs[property] : defaults[property]);
      else assert.equal(property in updated, false);
      assert.equal((await world.provider.diff(id, updated, wanted)).changes, false);
    });

    test("each input that names another key replaces", async () => {
      const { id, outputs, inputs } = await world.up(withProvider(kind.everyInput(kind.newOwner(world.iam))));
      const { isAdoptable, replaceOn } = await loadWholeKind(kind.type);
      const another = isAdoptable ? { adopt: { id: "another" } } : {};
      const changes = { ...SINKS, ...another, ...kind.replacing(world.iam) };
      assert.deepEqual(Object.keys(changes).sort(), [...replaceOn].sort());
      for (const [property, value] of Object.entries(changes)) {
        const { result, operations } = await world.during(() =>
          world.provider.diff(id, outputs, { ...inputs, [property]: value }),
        );
        assert.deepEqual(result, { changes: true, replaces: [property], deleteBeforeReplace: false });
        assert.deepEqual(operations, []);
      }
    });

    test("keepers that are added, changed or taken away replace; an empty object is none", async () => {
      const owner = kind.newOwner(world.iam);
      const { id, outputs, inputs } = await world.up(withProvider(kind.leastInputs(owner)));
      const empty = await world.provider.diff(id, outputs, { ...inputs, keepers: {} });
      assert.equal(empty.changes, false);
      const added = await world.provider.diff(id, outputs, { ...inputs, keepers: { a: "1" } });
      assert.deepEqual(added.replaces, ["keepers"]);
      const kept = { ...outputs, keepers: { a: "1", b: "2" } };
      const turned = await world.provider.diff(id, kept, { ...inputs, keepers: { b: "2", a: "1" } });
      assert.equal(turned.changes, false);
      for (const keepers of [{ a: "1" }, { a: "1", b: "3" }, undefined]) {
        const news = keepers ? { ...inputs, keepers } : inputs;
        assert.deepEqual((await world.provider.diff(id, kept, news)).replaces, ["keepers"]);
      }
    });

    test("inputs that a preview does not know pass", async () => {
      const everyInput = kind.everyInput(kind.newOwner(world.iam));
      const { id, outputs } = await world.up(withProvider(everyInput));
      const { replaceOn } = await loadWholeKind(kind.type);
      for (const property of Object.keys(everyInput)) {
        const news = withProvider({ ...everyInput, [property]: UNKNOWN });
        const { result, operations } = await world.during(async () => ({
          created: await world.provider.check({}, news),
          changed: await world.provider.check(everyInput, news),
          difference: await world.provider.diff(id, outputs, news),
        }));
        for (const { inputs, failures } of [result.created, result.changed]) {
          assert.deepEqual({ inputs, failures }, { inputs: news, failures: [] });
        }
        assert.deepEqual(result.difference.replaces, replaceOn.includes(property) ? [property] : []);
        assert.equal(result.difference.changes, true);
        assert.deepEqual(operations, []);
      }
      const nested = withProvider({ ...everyInput, keepers: { generation: UNKNOWN } });
      assert.deepEqual((await world.provider.check({}, nested)).failures, []);
      assert.deepEqual((await world.provider.diff(id, outputs, nested)).replaces, ["keepers"]);
    });

    test("a bad input is refused before any request", async () => {
      const news = withProvider({ ...kind.leastInputs(kind.newOwner(world.iam)), keeper: "misspelt" });
      const { result, operations } = await world.during(() => world.provider.check({}, news));
      assert.equal(result.failures.length, 1);
      assert.match(
        String(result.failures[0]?.reason),
        new RegExp(`^keeper is not an argument of ${kind.type}, which takes `),
      );
      assert.deepEqual(operations, []);
    });

    test("a create that the server refuses leaves nothing behind and says why", async () => {
      const owner = kind.newOwner(world.iam);
      world.iam.fail({ operation: kind.createOperation, fault: { status: 403, message: "You may not." } });
      await assert.rejects(world.up(withProvider(kind.leastInputs(owner))), (error: Error) => {
        assert.ok(!(error instanceof InitFailure));
        assert.match(error.message, /You may not\./);
        assert.match(error.message, /\[PERMISSION_DENIED, HTTP 403, request [\w-]+/);
        return true;
      });
      assert.deepEqual(keysOf(owner), []);
    });

    test("a key that came without its secret is deleted again", async () => {
      const owner = kind.newOwner(world.iam);
      world.iam.fail({ operation: kind.createOperation, fault: { omit: kind.omittable } });
      await assert.rejects(world.up(withProvider(kind.leastInputs(owner))), (error: Error) => {
        assert.ok(!(error instanceof InitFailure));
        assert.match(error.message, kind.omittedField);
        assert.match(error.message, /UNEXPECTED_REPLY/);
        return true;
      });
      if (kind.deletableWithoutSecret) assert.deepEqual(keysOf(owner), []);
    });

    if (kind.deletableWithoutSecret) {
      test("a key without its secret that cannot be deleted is kept in the state, and replaced", async () => {
        const owner = kind.newOwner(world.iam);
        const inputs = withProvider(kind.leastInputs(owner));
        world.iam.fail({ operation: kind.createOperation, fault: { omit: kind.omittable } });
        world.iam.fail({ operation: kind.deleteOperation, fault: { status: 403, message: "You may not." } });
        const failure = await initFailureOf(world.up(inputs));
        const [key] = keysOf(owner);
        assert.equal(failure.id, key?.id);
        assert.match(failure.reasons.join(), kind.omittedField);
        assert.match(failure.reasons.join(), /You may not\./);
        const difference = await world.provider.diff(failure.id, failure.properties, inputs);
        assert.deepEqual(difference.replaces, kind.secrets);
        const found = await world.provider.read(failure.id, failure.properties);
        assert.equal(found.id, failure.id);
        assert.deepEqual((await world.provider.diff(found.id, found.outputs, inputs)).replaces, kind.secrets);
        await world.provider.delete(failure.id, failure.properties);
        assert.deepEqual(keysOf(owner), []);
      });
    }

    if (kind.drift) {
      const { patch, updateOperation } = kind.drift;
      const [[property, live]] = Object.entries(patch) as [[string, string]];

      test(`a ${property} that somebody changed is seen by a refresh, and set right by the next run whose program speaks of it`, async () => {
        const owner = kind.newOwner(world.iam);
        const { id, outputs, inputs } = await world.up(withProvider(kind.leastInputs(owner)));
        const { defaults, leftAlone = [] } = await loadWholeKind(kind.type);
        world.iam.patch(id, patch);
        const found = await world.provider.read(id, outputs);
        assert.deepEqual(found.outputs, { ...outputs, [property]: live });
        assert.equal(found.inputs?.[property], live);
        assert.equal(found.inputs.__provider, added.__provider);
        const differenceOf = async (news: Properties) => {
          const { inputs: checked } = await world.provider.check(found.inputs ?? {}, news);
          return { checked, difference: await world.provider.diff(id, found.outputs, checked) };
        };
        if (leftAlone.includes(property))
          assert.equal((await differenceOf(inputs)).difference.changes, false);
        const spoken = leftAlone.includes(property) ? { [property]: defaults[property] } : {};
        const { checked, difference } = await differenceOf({ ...inputs, ...spoken });
        assert.deepEqual(difference, { changes: true, replaces: [], deleteBeforeReplace: false });
        const { result, operations } = await world.during(() =>
          world.provider.update(id, found.outputs, checked),
        );
        assert.deepEqual(operations.slice(0, 1), [updateOperation]);
        assert.ok(
          operations.slice(1).every((operation) => /[lL]ist/.test(operation)),
          String(operations),
        );
        assert.deepEqual(result, outputs);
        assert.deepEqual((await world.provider.read(id, result)).outputs, outputs);
      });

      test(`a failed update of ${property} says why and changes nothing`, async () => {
        const owner = kind.newOwner(world.iam);
        const { id, outputs, inputs } = await world.up(withProvider(kind.leastInputs(owner)));
        world.iam.fail({ operation: updateOperation, fault: { status: 403, message: "You may not." } });
        const wanted = { ...inputs, [property]: live };
        await assert.rejects(
          world.provider.update(id, outputs, wanted),
          /You may not\.[\s\S]*PERMISSION_DENIED/,
        );
        assert.deepEqual((await world.provider.read(id, outputs)).outputs, outputs);
      });
    }

    test("the process printed no secret, and marked all that it gave", () => {
      const inTheOpen = `${world.provider.output}${world.provider.answered}`;
      for (const secret of world.iam.secrets()) assert.ok(!inTheOpen.includes(secret));
      assert.ok(!world.provider.output.includes("PRIVATE KEY"));
    });
  });
}

/** The failure of a create that is recorded in the state. */
export async function initFailureOf(work: Promise<unknown>): Promise<InitFailure> {
  try {
    await work;
  } catch (error) {
    assert.ok(error instanceof InitFailure, `expected an init failure, not: ${error}`);
    return error;
  }
  assert.fail("expected an init failure");
}
