import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join, posix } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { CONSUMERS } from "../../cli/init/program.ts";
import { VERSION } from "../../provider/version.ts";
import { type FreshPackage, packFresh } from "./support/freshPackage.ts";
import { COMMON_JS_PROGRAM, ES_MODULE_PROGRAM } from "./support/installedPrograms.ts";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../..");

interface LockFile {
  packages: Record<string, { version?: string; resolved?: string; link?: boolean; [field: string]: unknown }>;
  [field: string]: unknown;
}

describe("the package as npm packs it", () => {
  let packed: FreshPackage;

  before(async () => {
    packed = await packFresh();
  });
  after(() => packed?.remove());

  test("holds the compiled code with its types, and what a reader wants, alone", async () => {
    const others = packed.files.filter(
      (path) =>
        !/^dist\/(package\.json|dynamic\.(js|licenses\.txt))$|^dist\/(cli|sdk|provider|simulation|stack|local\/iam)\/[\w/]+\.(c?js(\.map)?|d\.c?ts)$|^(docs|examples\/(languages|pipeline))\/[\w/.-]+$|^(local\/iam\/README|CHANGELOG|CONTRIBUTING|DESIGN|README|SECURITY)\.md$/.test(
          path,
        ),
    );
    assert.deepEqual(others.sort(), ["LICENSE", "package.json"]);
    for (const entry of [
      "dist/sdk/index.js",
      "dist/sdk/index.d.ts",
      "dist/dynamic.js",
      "dist/dynamic.licenses.txt",
      "dist/provider/dynamic.d.ts",
      "dist/cli/main.js",
      ...CONSUMERS.map((file) => `examples/pipeline/${file}`),
    ])
      assert.ok(packed.files.includes(entry), entry);
  });

  test("holds what its pages link to and show", async () => {
    const pages = packed.files.filter((file) => file.endsWith(".md"));
    const broken: string[] = [];
    for (const page of pages) {
      const links = (await readFile(join(root, page), "utf8")).matchAll(/\]\(([^)\s]+)\)/g);
      for (const [, link = ""] of links) {
        if (/^(https?:|#)/.test(link)) continue;
        const target = posix.join(posix.dirname(page), link.replace(/#.*/, ""));
        if (!packed.files.includes(target)) broken.push(`${page}: ${link}`);
      }
    }
    assert.ok(pages.length > 10);
    assert.deepEqual(broken, []);
  });

  test("is of the one version that package.json, the code and the change log name", async () => {
    const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
    const [, released] = /^## (\d.*)$/m.exec(await readFile(join(root, "CHANGELOG.md"), "utf8")) ?? [];
    assert.deepEqual([VERSION, released], [version, version]);
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

  test("installs from npm's cache without a network, and works for programs of both kinds", async (t) => {
    const { folder, tarball } = packed;
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
    await writeFile(join(folder, "program.mjs"), ES_MODULE_PROGRAM);
    await writeFile(join(folder, "program.cjs"), COMMON_JS_PROGRAM);
    for (const program of ["program.mjs", "program.cjs"]) {
      const { stdout } = await run(process.execPath, [program], { cwd: folder });
      assert.deepEqual(JSON.parse(stdout), { made: 1, left: 0, isOneClass: true }, program);
    }
  });
});
