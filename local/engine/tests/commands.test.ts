import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { TestStack } from "./support/stack.ts";

describe("commands", { concurrency: 2 }, () => {
  it("config: keys of the project and of others, secrets, comments kept", async (t) => {
    const stack = await TestStack.create(t);
    const file = join(stack.folder, "Pulumi.dev.yaml");
    await writeFile(file, `# mind this\n${await readFile(file, "utf8")}`);
    await stack.expect("config", "set", "size", "1");
    await stack.expect("config", "set", "other:size", "2");
    await stack.expect("config", "set", "--secret", "key", "hush");
    assert.equal((await stack.expect("config", "get", "size")).stdout, "1\n");
    assert.equal((await stack.expect("config", "get", "other:size")).stdout, "2\n");
    assert.equal((await stack.expect("config", "get", "key")).stdout, "hush\n");
    assert.equal(
      (await stack.expect("config")).stdout,
      "KEY         VALUE\nother:size  2\nkey         [secret]\nsize        1\n",
    );
    await stack.expect("config", "rm", "size");
    assert.equal((await stack.run(["config", "get", "size"])).code, 1);
    const text = await readFile(file, "utf8");
    assert.match(text, /^# mind this/);
    assert.match(text, /things:key:\n {4}secure: v1:/);
  });

  it("config: defaults come from the project, structured values reach the program", async (t) => {
    const stack = await TestStack.create(t);
    await stack.write(
      "Pulumi.yaml",
      "name: things\nruntime:\n  name: nodejs\n  options: {typescript: false}\nconfig:\n  region: ru\n  zones:\n    type: array\n    items: {type: string}\n    default: [a, b]\n",
    );
    await stack.write(
      "index.js",
      'const c = new (require("@pulumi/pulumi").Config)(); exports.seen = { region: c.require("region"), zones: c.requireObject("zones"), typescript: process.env.PULUMI_NODEJS_TYPESCRIPT ?? "off" };',
    );
    await stack.up();
    const { stdout } = await stack.expect("stack", "output", "seen");
    assert.deepEqual(JSON.parse(stdout), { region: "ru", typescript: "off", zones: ["a", "b"] });
  });

  it("config: what the project declares must be there, in its form, before a program runs", async (t) => {
    const stack = await TestStack.create(t);
    await stack.write(
      "Pulumi.yaml",
      "name: things\nruntime: nodejs\nconfig:\n  token: {type: string, secret: true}\n  size: {type: integer}\n  zones:\n    type: array\n    items: {type: integer}\n    default: [1]\n",
    );
    await stack.program({ resources: [{ name: "a", props: { v: "1" } }] });
    const refused = async () => {
      const { code, stderr } = await stack.tryUp();
      assert.equal(code, 1);
      return stderr;
    };
    const { code, stderr } = await stack.run(["preview"]);
    assert.equal(code, 1);
    assert.match(stderr, /Stack 'dev' is missing configuration values 'size' and 'token'/);
    await stack.expect("config", "set", "size", "many");
    await stack.expect("config", "set", "--plaintext", "token", "t");
    assert.match(await refused(), /Stack 'dev' with configuration key 'size' must be of type 'integer'/);
    await stack.expect("config", "set", "size", "3");
    assert.match(await refused(), /with configuration key 'token' must be encrypted as it's secret/);
    await stack.expect("config", "set", "--secret", "token", "t");
    await stack.expect("config", "set", "zones", "none");
    assert.match(await refused(), /with configuration key 'zones' must be of type 'array<integer>'/);
    assert.deepEqual(await stack.calls(), []);
    // What runs no program does without.
    await stack.expect("refresh", "--yes");
    await stack.expect("config", "rm", "zones");
    await stack.up();
  });

  it("stack: init, select, ls, rm", async (t) => {
    const stack = await TestStack.create(t);
    await stack.program({ resources: [{ name: "a", props: { v: "1" } }] });
    assert.equal((await stack.run(["stack", "init", "dev"])).code, 1);
    await stack.expect("stack", "init", "other");
    assert.match((await stack.expect("stack", "ls")).stdout, /^dev .*\nother\* /m);
    await stack.expect("stack", "select", "dev");
    assert.equal((await stack.run(["stack", "select", "nope"])).code, 6);
    await stack.up();
    const refused = await stack.run(["stack", "rm", "dev", "--yes"]);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /still has resources/);
    await stack.expect("destroy", "--yes", "--skip-preview");
    await stack.expect("stack", "rm", "dev", "--yes");
    assert.deepEqual(
      JSON.parse((await stack.expect("stack", "ls", "--json")).stdout).map(
        ({ name }: { name: string }) => name,
      ),
      ["other"],
    );
    assert.equal((await stack.run(["preview"])).code, 6);
  });

  it("flags: unknown ones are refused by name, --stack and --cwd are obeyed", async (t) => {
    const stack = await TestStack.create(t);
    await stack.program({ resources: [] });
    const { code, stderr } = await stack.run(["up", "--bogus"]);
    assert.equal(code, 1);
    assert.equal(stderr, "error: unknown flag: --bogus\n");
    assert.match((await stack.run(["up", "--secret"])).stderr, /unknown flag: --secret/);
    await mkdir(join(stack.folder, "below"));
    await stack.expect("stack", "init", "other", "-C", "below");
    assert.match(
      (
        await stack.expect(
          "preview",
          "-s",
          "dev",
          "--cwd=below",
          "--parallel",
          "4",
          "-v=3",
          "--color",
          "never",
        )
      ).stdout,
      /\(dev\)/,
    );
  });

  it("main: a program in a subfolder runs there, an ES module in TypeScript too", async (t) => {
    const stack = await TestStack.create(t);
    await stack.write(
      "Pulumi.yaml",
      "name: things\nmain: src/main.ts\nruntime: {name: nodejs, options: {typescript: false}}\n",
    );
    await mkdir(join(stack.folder, "src"));
    await stack.write("src/package.json", JSON.stringify({ name: "sub", type: "module", main: "main.ts" }));
    await stack.write("src/main.ts", "const where: string = process.cwd();\nexport const folder = where;\n");
    await stack.up();
    assert.equal((await stack.expect("stack", "output", "folder")).stdout.trim(), join(stack.folder, "src"));
  });
});
