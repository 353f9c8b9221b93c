import assert from "node:assert/strict";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { TestStack } from "../../local/engine/tests/support/stack.ts";
import { startLocalIam } from "../../local/iam/index.ts";
import { localEngine } from "../../tools/engine.ts";

const root = path.join(import.meta.dirname, "../..");

const LIBRARY = `
  const { ComponentResource } = require("@pulumi/pulumi");
  const { yandex } = require("pulumi-iam-keys");
  exports.Site = class extends ComponentResource {
    constructor(name, serviceAccountId) {
      super("sites:index:Site", name);
      new yandex.StaticAccessKey("uploads", { serviceAccountId }, { parent: this });
    }
  };
`;

const PROGRAM = `
  const { Site } = require("sites");
  new Site("site", process.env.SERVICE_ACCOUNT_ID);
`;

/** A project, a stack of it, and a library in it that brings the package, as pnpm lays them out. */
async function projectWithLibrary(t: TestContext) {
  const iam = await startLocalIam();
  t.after(() => iam.close());
  const folder = await mkdtemp(path.join(tmpdir(), "iam-keys-library-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const stack = new TestStack(folder, localEngine);
  Object.assign(stack.env, iam.environment, { SERVICE_ACCOUNT_ID: iam.serviceAccountId });
  await mkdir(path.join(folder, "node_modules/sites/node_modules"), { recursive: true });
  await symlink(path.join(root, "node_modules/@pulumi"), path.join(folder, "node_modules/@pulumi"));
  await stack.write("node_modules/sites/index.js", LIBRARY);
  await stack.write("Pulumi.yaml", "name: things\nruntime: nodejs\n");
  await stack.write("package.json", JSON.stringify({ name: "things", main: "index.js" }));
  await stack.write("index.js", PROGRAM);
  await stack.expect("stack", "init", "dev");
  const own = path.join(folder, "node_modules/pulumi-iam-keys");
  const ofLibrary = path.join(folder, "node_modules/sites/node_modules/pulumi-iam-keys");
  return { iam, stack, own, ofLibrary };
}

test("a project that has the package by a library alone is told to add it, before a key is made", async (t) => {
  const { iam, stack, own, ofLibrary } = await projectWithLibrary(t);
  await symlink(root, ofLibrary);
  const { code, stdout, stderr } = await stack.tryUp();
  assert.notEqual(code, 0);
  assert.match(
    stdout + stderr,
    /pulumi-iam-keys is not among the dependencies of the project in .*iam-keys-library-.*Add "pulumi-iam-keys": "\d+\.\d+\.\d+"/,
  );
  assert.deepEqual(iam.requests, []);

  await symlink(root, own);
  await stack.up();
  assert.equal(iam.requests.filter(({ operation }) => operation === "AccessKey.create").length, 1);
});

test("a program and a provider's process of two versions are refused, before a key is made", async (t) => {
  const { iam, stack, own, ofLibrary } = await projectWithLibrary(t);
  await symlink(root, ofLibrary);
  await mkdir(own);
  for (const name of ["dist", "package.json"])
    await cp(path.join(root, name), path.join(own, name), { recursive: true });
  const file = path.join(own, "package.json");
  const { version, ...others } = JSON.parse(await readFile(file, "utf8"));
  await writeFile(file, JSON.stringify({ ...others, version: "99.1.2" }));
  const { code, stdout, stderr } = await stack.tryUp();
  assert.notEqual(code, 0);
  const said = /makes resources with (\S+), and the provider's process would run (\S+), /.exec(
    stdout + stderr,
  );
  assert.deepEqual(said?.slice(1), [version, "99.1.2"]);
  assert.deepEqual(iam.requests, []);
});
