import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Kind } from "../../provider/kinds/kind.ts";
import { DerivedOutputs } from "../../provider/lifecycle/derivedOutputs.ts";
import { declaredKinds, resourceTypes } from "../../schema/kindFiles.ts";
import { docs } from "../../schema/sdkDocs.ts";
import { classOf } from "../support/classOf.ts";
import { register } from "../support/registration.ts";

/** What every class takes beside the arguments of its kind: where secrets go, and what a rotating resource does with two keys. */
const OF_EVERY_KIND = [
  "adopt",
  "encryptTo",
  "outputToLockbox",
  "outputToSecretsManager",
  "overlap",
  "retire",
];

const namesOf = (type: string) => docs.of(type).properties.map(({ name }) => name);

/** What the API says of one key, as a rotating resource holds it: the day on which it was made has one name in all of them. */
function keyOutputs({ outputs }: Kind): string[] {
  return ["id", ...outputs.map((name) => (name === "createDate" ? "createdAt" : name))];
}

for (const { kind } of await declaredKinds()) {
  for (const type of resourceTypes(kind)) {
    const isRotating = type !== kind.type;
    describe(`the class of ${type}`, () => {
      test("takes the arguments of the kind, and no others", () => {
        const named = namesOf(`${type}Args`).filter((name) => !OF_EVERY_KIND.includes(name));
        assert.deepEqual(named.sort(), Object.keys(kind.inputs.shape).sort());
        const adopts = namesOf(`${type}Args`).includes("adopt");
        assert.equal(adopts, kind.isAdoptable === true);
      });

      test("has every output of the kind, described and given", async () => {
        const derived = new DerivedOutputs(kind, isRotating).names;
        const own = isRotating ? ["current", "previous"] : kind.outputs;
        const expected = [...own, ...derived, "rotatesAt"];
        assert.deepEqual(namesOf(type).sort(), expected.sort());
        const { resource } = await register((name) => new (classOf(type))(name, {}));
        assert.deepEqual(
          expected.filter((name) => !(resource as unknown as Record<string, unknown>)[name]),
          [],
        );
      });

      test("marks the secrets of the kind, and nothing else", async () => {
        const { registration } = await register((name) => new (classOf(type))(name, {}));
        const secrets = isRotating ? ["current", "previous"] : kind.secretOutputs;
        assert.deepEqual(registration.additionalSecretOutputs, secrets);
      });

      if (isRotating) {
        test("holds keys with every output of the kind", () => {
          assert.deepEqual(namesOf(`${kind.type}Outputs`).sort(), keyOutputs(kind).sort());
        });
      }
    });
  }
}
