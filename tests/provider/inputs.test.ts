import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import fc from "fast-check";
import type * as z from "zod";
import { handler } from "../../provider/dynamic.ts";
import { KIND_TYPES, loadKind } from "../../provider/kinds/index.ts";
import { UNKNOWN } from "../../provider/unknown.ts";

type Properties = Record<string, unknown>;

const keepers = fc.dictionary(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), {
  maxKeys: 4,
  noNullPrototype: true,
});
const account = fc.string({ unit: fc.constantFrom(..."abcdefgh0123"), minLength: 1, maxLength: 50 });
const description = fc.string({ unit: "grapheme", maxLength: 40 });

/** Inputs that each kind accepts. */
const valid: Readonly<Record<string, fc.Arbitrary<Properties>>> = {
  "yandex:ServiceAccountKey": fc.record(
    {
      serviceAccountId: account,
      description,
      format: fc.constant("PEM_FILE"),
      keyAlgorithm: fc.constantFrom("RSA_2048", "RSA_4096"),
      keepers,
    },
    { requiredKeys: [] },
  ),
  "yandex:StaticAccessKey": fc.record(
    { serviceAccountId: account, description, keepers },
    { requiredKeys: [] },
  ),
  "yandex:ApiKey": fc.record(
    {
      serviceAccountId: account,
      description,
      scopes: fc.uniqueArray(account, { minLength: 1, maxLength: 100 }),
      expiresAt: fc.constantFrom("2099-01-01T00:00:00Z", "2099-06-01T00:00:00.5+03:00"),
      keepers,
    },
    { requiredKeys: [] },
  ),
  "yandex:EphemeralAccessKey": fc.record(
    {
      subjectId: account,
      sessionName: fc.stringMatching(/^[\w+=,.@-]{1,64}$/),
      policy: fc.dictionary(account, account, { maxKeys: 3, noNullPrototype: true }),
      duration: fc.constantFrom("2h", "8760h", "P1D"),
      keepers,
    },
    { requiredKeys: ["sessionName"] },
  ),
  "yandex:IamToken": fc.record(
    { serviceAccountId: account, minTtl: fc.constantFrom("1s", "30m", "PT2H", "11h"), keepers },
    { requiredKeys: ["serviceAccountId"] },
  ),
  "aws:AccessKey": fc.record(
    {
      userName: fc.string({ unit: fc.constantFrom(..."aZ0_+=,.@-"), minLength: 1, maxLength: 128 }),
      status: fc.constantFrom("Active", "Inactive"),
      keepers,
    },
    { requiredKeys: [] },
  ),
};

/** What the API adds to the inputs of each kind. */
const given: Readonly<Record<string, Properties>> = {
  "yandex:ServiceAccountKey": { keyAlgorithm: "RSA_2048", description: "", publicKey: "p", privateKey: "s" },
  "yandex:StaticAccessKey": { description: "", accessKeyId: "a", secretAccessKey: "s" },
  "yandex:ApiKey": { description: "", secret: "s" },
  "yandex:EphemeralAccessKey": { secretAccessKey: "s", sessionToken: "t", expiresAt: "2999-01-01T00:00:00Z" },
  "yandex:IamToken": { iamToken: "t", expiresAt: "2999-01-01T00:00:00Z" },
  "aws:AccessKey": { userName: "me", status: "Active", secretAccessKey: "s" },
};

/** Check says where there are none. */
const CREDENTIALS: Readonly<Record<string, string>> = {
  "yandex:token": "t1.a",
  "aws:accessKey": "AKIAEXAMPLE",
  "aws:secretKey": "secret",
};

/** What a kind needs at the least, and what its API would add to that: for those that have no more said of them above. */
async function leastOf(type: string): Promise<{ inputs: Properties; outputs: Properties }> {
  const { inputs, outputs } = await loadKind(type);
  const fields = Object.entries(inputs.shape as Record<string, z.ZodType>);
  const needed = fields.flatMap(([name, field]) => (field.safeParse(undefined).success ? [] : name));
  const added = outputs.filter((name) => !(name in inputs.shape));
  const textFor = (name: string) => (/(At|Date)$/.test(name) ? "2026-01-01T00:00:00Z" : "aje");
  const named = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, textFor(name)]));
  return { inputs: named(needed), outputs: named(added) };
}

const canary = "canary-of-a-value";
const anything = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(canary, { a: [canary] }, [canary], UNKNOWN, "", null, 0),
) as fc.Arbitrary<unknown>;

for (const type of KIND_TYPES) {
  const least = await leastOf(type);
  describe(type, () => {
    const provider = handler(type);
    const check = async (olds: Properties, news: Properties) => {
      const { inputs = {}, failures = [] } = await provider.check(olds, news);
      return { inputs: inputs as Properties, reasons: failures.map(({ reason }) => reason) };
    };
    const outputsOf = (inputs: Properties) => ({ ...(given[type] ?? least.outputs), ...inputs });
    const validInputs = valid[type] ?? fc.constant(least.inputs);
    before(async () => {
      const config = { get: (name: string) => CREDENTIALS[name], require: () => assert.fail() };
      await provider.configure({ config } as unknown as Parameters<typeof provider.configure>[0]);
    });

    test("what the last run has stamped may come back, as under ignoreChanges, and what it has not may not", async () => {
      await fc.assert(
        fc.asyncProperty(validInputs, async (news) => {
          const { inputs } = await check({}, { ...news, owner: "project/stack/name" });
          assert.deepEqual(await check(inputs, { ...inputs }), { inputs, reasons: [] });
          const stamped = { ...inputs, keySince: "2020-01-01T00:00:00Z" };
          // As `ignoreChanges` brings it back from a state of 0.1.0.
          assert.deepEqual(await check(stamped, stamped), { inputs, reasons: [] });
          const { reasons } = await check(inputs, stamped);
          assert.match(reasons.join(), /^keySince is not an argument of/);
        }),
      );
    });

    test("outputs that came of inputs give no difference to them", async () => {
      await fc.assert(
        fc.asyncProperty(validInputs, async (news) => {
          const { inputs, reasons } = await check({}, news);
          assert.deepEqual(reasons, []);
          const again = await check(inputs, news);
          assert.deepEqual(again, { inputs, reasons });
          assert.deepEqual(await provider.diff("id", outputsOf(inputs), again.inputs), {
            changes: false,
            replaces: [],
          });
        }),
      );
    });

    test("inputs that were given differ from other inputs in what differs, and in nothing else", async () => {
      const { replaceOn, defaults, chosenByApi, leftAlone = [], isSame } = await loadKind(type);
      await fc.assert(
        fc.asyncProperty(validInputs, validInputs, async (one, other) => {
          const { inputs } = await check({}, one);
          const wanted = (await check(inputs, other)).inputs;
          const outputs: Properties = outputsOf(inputs);
          const { changes, replaces = [] } = await provider.diff("id", outputs, wanted);
          const differ = (name: string) => {
            const to = wanted[name] ?? defaults[name];
            const from = outputs[name] ?? defaults[name];
            if (to === undefined && chosenByApi.includes(name)) return false;
            // What the program does not speak of stays as it is, at its default or not.
            if (wanted[name] === undefined && leftAlone.includes(name)) return false;
            return stable(to) !== stable(from) && !isSame?.(name, outputs, wanted);
          };
          assert.deepEqual([...replaces].sort(), replaceOn.filter(differ).sort());
          const names = Object.keys((await loadKind(type)).inputs.shape);
          assert.equal(changes, names.some(differ));
        }),
      );
    });

    test("check never throws, never quotes a value, and changes nothing that it accepts", async () => {
      const names = [...Object.keys((await loadKind(type)).inputs.shape), "extra"];
      const news = fc.dictionary(fc.constantFrom(...names), anything, { noNullPrototype: true });
      await fc.assert(
        fc.asyncProperty(news, async (inputs) => {
          const first = await check({}, inputs);
          assert.ok(!first.reasons.join().includes(canary));
          if (first.reasons.length > 0) return;
          assert.deepEqual(await check(first.inputs, inputs), first);
          assert.ok(Object.values(first.inputs).every((value) => value !== null && value !== undefined));
        }),
        { numRuns: 300 },
      );
    });
  });
}

function stable(value: unknown): string {
  return typeof value === "object" && value !== null
    ? JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : String(value);
}
