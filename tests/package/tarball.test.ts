import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../..");

interface LockFile {
  packages: Record<string, { version?: string; resolved?: string; link?: boolean; [field: string]: unknown }>;
  [field: string]: unknown;
}

/** Makes a key and deletes it again, with nothing but what was installed. */
const PROGRAM = `
  import { startLocalIam } from "pulumi-iam-keys/local/iam";
  import { handler } from "pulumi-iam-keys/dynamic";
  import { yandex, aws } from "pulumi-iam-keys";
  if (!yandex.StaticAccessKey || !aws.AccessKey) throw new Error("no classes");
  const iam = await startLocalIam();
  Object.assign(process.env, iam.environment);
  const provider = handler("yandex:StaticAccessKey");
  await provider.configure({ config: { get: () => undefined } });
  const owner = { owner: "project/stack/uploads", serviceAccountId: iam.serviceAccountId };
  const { inputs } = await provider.check({}, owner);
  const { id, outs } = await provider.create(inputs);
  const made = iam.keys().filter((key) => key.id === id).length;
  await provider.delete(id, outs);
  const left = iam.keys().filter((key) => key.id === id).length;
  await iam.close();
  console.log(JSON.stringify({ made, left }));
`;

describe("the package as npm packs it", () => {
  let folder = "";
  let files: string[] = [];
  let tarball = "";

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "iam-keys-tarball-"));
    const { stdout } = await run(
      "npm",
      ["pack", "--json", "--ignore-scripts", "--pack-destination", folder],
      {
        cwd: root,
      },
    );
    const [packed] = Object.values(
      JSON.parse(stdout) as Record<string, { filename: string; files: { path: string }[] }>,
    );
    files = (packed?.files ?? []).map(({ path }) => path);
    tarball = packed?.filename ?? assert.fail("nothing was packed");
  });
  after(() => rm(folder, { recursive: true, force: true }));

  test("holds the compiled code with its types, and what a reader wants, alone", async () => {
    const others = files.filter(
      (path) =>
        !/^dist\/package\.json$|^dist\/(cli|sdk|provider|stack|local\/iam)\/[\w/]+\.(c?js(\.map)?|d\.c?ts)$|^docs\/[\w-]+\.(md|svg)$/.test(
          path,
        ),
    );
    assert.deepEqual(others.sort(), ["CHANGELOG.md", "LICENSE", "README.md", "package.json"]);
    for (const entry of ["dist/sdk/index.js", "dist/sdk/index.d.ts", "dist/provider/dynamic.js"])
      assert.ok(files.includes(entry), entry);
  });

  test("holds it too where it is packed out of a fresh clone, in which nothing was built", async () => {
    const clone = join(folder, "clone");
    await run("git", ["clone", "--quiet", root, clone]);
    await symlink(join(root, "node_modules"), join(clone, "node_modules"));
    const { stdout } = await run("npm", ["pack", "--json", "--dry-run"], { cwd: clone });
    const [packed] = Object.values(JSON.parse(stdout) as Record<string, { files: { path: string }[] }>);
    const paths = new Set(packed?.files.map(({ path }) => path));
    for (const entry of [
      "dist/sdk/index.js",
      "dist/sdk/index.d.ts",
      "dist/provider/dynamic.js",
      "dist/cli/main.js",
    ])
      assert.ok(paths.has(entry), entry);
  });

  test("runs no script where it is installed", async () => {
    const { scripts } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    const atInstall = ["preinstall", "install", "postinstall", "prepare", "prepublish"];
    assert.deepEqual(
      Object.keys(scripts).filter((name) => atInstall.includes(name)),
      [],
    );
  });

  test("installs from npm's cache without a network, and works", async (t) => {
    const lock = JSON.parse(await readFile(join(root, "package-lock.json"), "utf8")) as LockFile;
    const { "": own, ...installed } = lock.packages;
    const dependencies = {
      "pulumi-iam-keys": `file:${tarball}`,
      "@pulumi/pulumi": lock.packages["node_modules/@pulumi/pulumi"]?.version,
    };
    // The versions that this checkout was installed with are in the cache, and perhaps no others.
    const packages = {
      "": { dependencies },
      ...Object.fromEntries(
        Object.entries(installed).filter(([path, { link }]) => !link && path.startsWith("node_modules/")),
      ),
      "node_modules/pulumi-iam-keys": {
        version: own?.version,
        resolved: `file:${tarball}`,
        dependencies: own?.dependencies,
        peerDependencies: own?.peerDependencies,
      },
    };
    await writeFile(
      join(folder, "package.json"),
      JSON.stringify({ private: true, type: "module", dependencies }),
    );
    await writeFile(join(folder, "package-lock.json"), JSON.stringify({ ...lock, packages }));
    try {
      await run("npm", ["install", "--offline", "--ignore-scripts", "--no-audit", "--no-fund"], {
        cwd: folder,
      });
    } catch (error) {
      if (String(error).includes("ENOTCACHED"))
        return t.skip("npm's cache does not hold what is installed here");
      throw error;
    }
    await writeFile(join(folder, "program.js"), PROGRAM);
    const { stdout } = await run(process.execPath, ["program.js"], { cwd: folder });
    assert.deepEqual(JSON.parse(stdout), { made: 1, left: 0 });
  });
});
