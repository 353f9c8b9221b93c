import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { FLAT_NAMES } from "../../provider/configuration.ts";
import { KIND_TYPES } from "../../provider/kinds/index.ts";
import { loadDerivedOutputs, loadWholeKind } from "../../provider/lifecycle/loadLifecycle.ts";
import { type Namespace, SETTINGS } from "../../provider/settingTable.ts";
import * as sdk from "../../sdk/index.ts";

/** A setting where it is read, with the variable of the environment that says the same. */
const PAIR = /config: "((?:yandex|aws|iam-keys):\w+)",\s*environment: "(\w+)"/g;

interface ObjectType {
  readonly description?: string;
  readonly properties: Readonly<Record<string, { readonly description?: string; readonly secret?: boolean }>>;
  readonly required?: readonly string[];
}

interface Resource extends ObjectType {
  readonly inputProperties: ObjectType["properties"];
  readonly requiredInputs: readonly string[];
}

const schema = JSON.parse(await readFile(new URL("../../schema.json", import.meta.url), "utf8")) as {
  readonly resources: Readonly<Record<string, Resource>>;
  readonly types: Readonly<Record<string, ObjectType>>;
  readonly config: { readonly variables: ObjectType["properties"] };
};

describe("schema.json", () => {
  test("has every resource of sdk, and every kind", () => {
    const classes = Object.entries({ yandex: sdk.yandex, aws: sdk.aws }).flatMap(([module, exports]) =>
      Object.keys(exports)
        .filter((name) => /^[A-Z]/.test(name))
        .map((name) => `iam-keys:${module}:${name}`),
    );
    assert.deepEqual(Object.keys(schema.resources), classes.sort());
    for (const type of KIND_TYPES) assert.ok(schema.resources[`iam-keys:${type}`], type);
  });

  test("knows every output that is secret or follows from others, and marks the secret ones", async () => {
    for (const [token, { properties }] of Object.entries(schema.resources)) {
      const type = token.replace("iam-keys:", "");
      const derived = await loadDerivedOutputs(type);
      for (const name of derived.names) assert.ok(properties[name], `${token} has no ${name}`);
      for (const name of derived.secrets)
        if (properties[name]) assert.ok(properties[name].secret, `${token}.${name}`);
      const { secretOutputs } = await loadWholeKind(type);
      const key = schema.types[`${token.replace("Rotating", "")}Outputs`]?.properties;
      for (const name of secretOutputs) {
        const marked = type.includes("Rotating") ? key?.[name] : properties[name];
        assert.ok(marked?.secret, `${token} does not mark ${name}`);
      }
    }
  });

  test("describes every argument, output, type and setting", () => {
    const all = [...Object.entries(schema.resources), ...Object.entries(schema.types)].flatMap(
      ([token, type]) =>
        [
          ...Object.entries(type.properties),
          ...Object.entries("inputProperties" in type ? (type as Resource).inputProperties : {}),
        ].map(([name, { description }]) => ({ name: `${token}.${name}`, description })),
    );
    assert.ok(all.length > 200);
    for (const { name, description } of all) assert.ok(description, name);
    for (const [token, { description }] of Object.entries(schema.resources)) assert.ok(description, token);
  });

  test("has every setting that the provider reads, by its name in the config of this package", async () => {
    const read = new Set<string>();
    const pairs: { config: string; environment: string }[] = [];
    for (const file of await readdir(new URL("../../provider", import.meta.url), { recursive: true })) {
      if (!file.endsWith(".ts") || file.startsWith("native/")) continue;
      const text = await readFile(new URL(`../../provider/${file}`, import.meta.url), "utf8");
      for (const [, config = "", environment = ""] of text.matchAll(PAIR))
        pairs.push({ config, environment });
      for (const [, name = ""] of text.matchAll(/"((?:yandex|aws|iam-keys):[a-z]\w+)"/g)) read.add(name);
      for (const [, name = ""] of text.matchAll(/config\("([a-z]\w+)"\)/g)) read.add(`aws:${name}`);
      // The address of each service is a setting of its name.
      for (const [, name = ""] of text.matchAll(/^ {2}(\w+): "https:\/\/[\w.]+",$/gm))
        read.add(`yandex:${name}Endpoint`);
    }
    assert.ok(read.size > 25);
    for (const { config, environment } of pairs) {
      const [namespace = "", name = ""] = config.split(":");
      assert.equal(SETTINGS[namespace as Namespace][name]?.environment, environment, config);
    }
    assert.ok(pairs.length > 12);
    assert.deepEqual([...FLAT_NAMES.values()].toSorted(), [...read].toSorted());
    assert.deepEqual(Object.keys(schema.config.variables), [...FLAT_NAMES.keys()]);
  });
});
