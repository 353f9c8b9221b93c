import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import { resource, YamlStack } from "./support/yamlStack.ts";

/** A stack with nothing in it, and a key of its account that somebody made by hand. */
async function withPlantedKey(t: Parameters<typeof YamlStack.create>[0]) {
  const stack = await YamlStack.create(t, () => ({ resources: {} }));
  const { serviceAccountId: owner } = stack;
  const id = await stack.iam.plantKey({ kind: "yandex:StaticAccessKey", owner, description: "by hand" });
  return { stack, id, importId: `${owner}/${id}` };
}

describe("keys that exist", { concurrency: 2 }, () => {
  test("`pulumi import` takes one over and writes the program; the key stays as it is", async (t) => {
    const { stack, id, importId } = await withPlantedKey(t);
    const out = path.join(stack.files.folder, "imported.yaml");
    const type = "iam-keys:yandex:StaticAccessKey";
    await stack.expect("import", type, "uploads", importId, "--yes", "--out", out, "--protect=false");
    assert.equal((await stack.resource("uploads")).id, id);
    const written = await readFile(out, "utf8");
    assert.match(written, new RegExp(`serviceAccountId: ${stack.serviceAccountId}`));
    assert.match(written, /description: by hand/);
    // Whose key it is, the next run writes.
    assert.match((await stack.refresh()).stdout, /\[diff: ~owner\]/);
    const from = stack.iam.requests.length;
    await stack.files.write("Pulumi.yaml", `name: things\nruntime: yaml\n${written}`);
    await stack.up();
    await stack.up("--expect-no-changes");
    await stack.refresh("--expect-no-changes");
    assert.deepEqual(stack.ids(), [id]);
    const asked = stack.iam.requests.slice(from).map(({ operation }) => operation);
    assert.ok(!asked.some((operation) => /create|delete/i.test(operation)));
    // From now on the key says whose it is.
    assert.match(
      stack.iam.keys()[0]?.description ?? "",
      /^by hand \[pulumi things\/dev\/uploads #\w{8}\.1\]$/,
    );
    await stack.destroy();
    assert.deepEqual(stack.ids(), []);
  });

  test("the option `import` takes one over into a rotating resource, whatever its policy; the next key is a new one", async (t) => {
    const { stack, id, importId } = await withPlantedKey(t);
    const { serviceAccountId } = stack;
    const args = { serviceAccountId, description: "by hand", rotate: { every: "30d" }, overlap: "7d" };
    const program = (settings: object = {}) => ({
      resources: {
        uploads: resource("yandex:RotatingStaticAccessKey", { ...args, ...settings }, { import: importId }),
      },
    });
    await stack.become(program());
    assert.match(await stack.preview(), /1 to import/);
    await stack.up();
    await stack.up("--expect-no-changes");
    const current = async () => (await stack.resource("uploads")).outputs?.current as { readonly id: string };
    assert.equal((await current()).id, id);
    assert.deepEqual(stack.ids(), [id]);
    await stack.become(program({ keepers: { generation: "2" } }));
    await stack.up();
    assert.equal(stack.ids().length, 2);
    assert.notEqual((await current()).id, id);
  });

  test("a program that imports a key is what that key is brought in line with, and asks for no other one", async (t) => {
    const { stack, id, importId } = await withPlantedKey(t);
    const { serviceAccountId } = stack;
    const become = (args: object, options: object = { import: importId }) =>
      stack.become({ resources: { uploads: resource("yandex:StaticAccessKey", args, options) } });
    await become({ serviceAccountId: stack.iam.addServiceAccount() });
    assert.match(
      await stack.refused("preview"),
      new RegExp(`names the key ${id}, for which serviceAccountId would have to be "${serviceAccountId}"`),
    );
    // Due long since, and with keepers: all the same it is this key that is asked for.
    stack.clock.advance(100 * 24 * 3600_000);
    const args = { serviceAccountId, description: "uploads", keepers: { generation: "1" } };
    await become({ ...args, rotate: { every: "90d" } });
    const preview = await stack.preview();
    assert.match(preview, /= 1 to import/);
    assert.doesNotMatch(preview, /new key/);
    await stack.up();
    assert.deepEqual(stack.ids(), [id]);
    // The engine replaces nothing that still says which key it imports.
    await become({ ...args, rotate: { every: "90d" } }, {});
    assert.match(
      stack.iam.keys()[0]?.description ?? "",
      /^uploads \[pulumi things\/dev\/uploads #\w{8}\.1\]$/,
    );
    await stack.up();
    assert.equal(stack.ids().length, 1);
    assert.notEqual(stack.ids()[0], id);
    await stack.up("--expect-no-changes");
  });

  test("what names no key that can be taken over is refused with what would", async (t) => {
    const { stack, id } = await withPlantedKey(t);
    const refusal = (type: string, importId: string) =>
      stack.refused("import", `iam-keys:${type}`, "uploads", importId, "--yes");
    assert.match(
      await refusal("yandex:StaticAccessKey", id),
      /The id to import is "<serviceAccountId>\/<key id>"/,
    );
    assert.match(await refusal("aws:AccessKey", "AKIA"), /"<userName>\/<key id>"/);
    assert.match(await refusal("yandex:IamToken", "a/b"), /cannot be imported: the API shows no such key/);
    assert.match(await refusal("yandex:StaticAccessKey", `${stack.serviceAccountId}/aje0`), /does not exist/);
    const other = stack.iam.addServiceAccount();
    assert.match(
      await refusal("yandex:StaticAccessKey", `${other}/${id}`),
      /is of \w+, not of|does not exist/,
    );
  });

  test("a key is read without being the stack's", async (t) => {
    const { stack, id, importId } = await withPlantedKey(t);
    await stack.become({
      resources: { uploads: { type: "iam-keys:yandex:StaticAccessKey", get: { id: importId } } },
    });
    await stack.up();
    await stack.up("--expect-no-changes");
    const { outputs, external } = await stack.resource("uploads");
    assert.equal(external, true);
    assert.equal(outputs?.description, "by hand");
    await stack.destroy();
    assert.deepEqual(stack.ids(), [id]);
  });
});
