import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { TestStack } from "./support/stack.ts";

/** Every file of a folder, with its content. */
async function filesOf(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    await Promise.all(files.map(async (file) => [file, await readFile(file, "utf8")])),
  );
}

describe("names that are no names", { concurrency: 2 }, () => {
  for (const name of ["../../../x", "..", ".", "a/b", "a b", "x".repeat(101), "ключ"]) {
    it(`no project is called ${JSON.stringify(name.slice(0, 12))}, and nothing is written for one`, async (t) => {
      const stack = await TestStack.create(t);
      const before = await filesOf(stack.folder);
      const manifest = `name: ${JSON.stringify(name)}\nruntime: nodejs\n`;
      await stack.write("Pulumi.yaml", manifest);
      for (const args of [
        ["stack", "init", "evil"],
        ["cancel", "--yes", "dev"],
        ["up", "--yes"],
      ]) {
        const { code, stderr } = await stack.run(args);
        assert.equal(code, 1, args.join(" "));
        assert.match(stderr, /invalid project name '.*': it may only contain alphanumeric/);
      }
      assert.deepEqual(await filesOf(stack.folder), {
        ...before,
        [join(stack.folder, "Pulumi.yaml")]: manifest,
      });
    });
  }

  it("no stack is called `..`: cancel keeps the locks of the others", async (t) => {
    const stack = await TestStack.create(t);
    const locks = join(stack.folder, ".pulumi/locks/organization");
    for (const place of ["things/dev", "other/prod"]) {
      await mkdir(join(locks, place), { recursive: true });
      await writeFile(join(locks, place, "held.json"), "{}");
    }
    for (const name of ["..", ".", "../other", "organization/things/..", "a b", "x".repeat(101)]) {
      for (const args of [
        ["cancel", "--yes", "--stack", name],
        ["stack", "init", name],
        ["stack", "select", name],
        ["stack", "rm", "--yes", "--force", name],
      ]) {
        const { code, stderr } = await stack.run(args);
        assert.equal(code, 1, `${args}`);
        assert.match(stderr, /^error: (invalid stack name|organization name must be|stack \S+ belongs)/m);
      }
    }
    assert.deepEqual(
      (await readdir(locks, { recursive: true })).filter((file) => file.endsWith(".json")).sort(),
      ["other/prod/held.json", "things/dev/held.json"],
    );
  });
});

describe("files that are not what they should be", { concurrency: 2 }, () => {
  const deep = "[".repeat(1000) + "]".repeat(1000);
  const state = ".pulumi/stacks/things/dev.json";
  const many = Array.from({ length: 9 }, (_, i) =>
    i === 0 ? "a0: &a0 [x, x, x, x, x, x, x, x, x]" : `a${i}: &a${i} [${Array(9).fill(`*a${i - 1}`)}]`,
  ).join("\n");
  const wrong: readonly (readonly [what: string, file: string, text: string, says: RegExp])[] = [
    [
      "a deep project",
      "Pulumi.yaml",
      `name: things\nruntime: ${deep}`,
      /Pulumi\.yaml: it is (nested|not YAML)/,
    ],
    [
      "a large project",
      "Pulumi.yaml",
      `name: things\n#${"x".repeat(1_100_000)}`,
      /Pulumi\.yaml: it has more than 1024 KiB/,
    ],
    [
      "a project full of aliases",
      "Pulumi.yaml",
      `name: things\n${many}`,
      /Pulumi\.yaml: its aliases are wrong, or too many/,
    ],
    [
      "a project that is no YAML",
      "Pulumi.yaml",
      "name: things\nruntime: [s3cr3t-word",
      /Pulumi\.yaml: it is not YAML: line 2 /,
    ],
    [
      "settings of the stack that are a list",
      "Pulumi.dev.yaml",
      "[1]",
      /settings of the stack: expected a map/,
    ],
    ["a state that is cut off", state, '{"version": 3, "s3cr3t-word', /dev\.json: it is not JSON/],
    [
      "a deep state",
      state,
      `{"version":3,"checkpoint":${deep}}`,
      /dev\.json: it is nested more than 200 levels/,
    ],
    ["a state that is a list", state, "[]", /dev\.json: expected a map/],
  ];
  for (const [what, file, text, says] of wrong) {
    it(`${what} is named, and not quoted`, async (t) => {
      const stack = await TestStack.create(t);
      await stack.program({ resources: [] });
      await stack.write(file, text);
      const { code, stdout, stderr } = await stack.run(["up", "--yes", "--skip-preview"]);
      assert.equal(code, 1);
      assert.match(stderr, says);
      assert.doesNotMatch(stderr, /\n {4}at /, "a stack trace");
      assert.doesNotMatch(stdout + stderr, /s3cr3t-word/);
      assert.deepEqual(await stack.calls(), []);
    });
  }

  it("a state of a CLI that was built without a version is taken, as the CLI does", async (t) => {
    const stack = await TestStack.create(t);
    await stack.program({ resources: [{ name: "a", props: { v: "1" } }] });
    await stack.up();
    const file = JSON.parse((await stack.expect("stack", "export")).stdout) as {
      deployment: { manifest: object };
    };
    Object.assign(file.deployment.manifest, { magic: "", version: "" });
    await stack.write("export.json", JSON.stringify(file));
    await stack.expect("stack", "import", "--file", "export.json");
    await stack.expect("preview", "--expect-no-changes");
  });
});
