import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { TestStack } from "../../local/engine/tests/support/stack.ts";
import { startLocalIam } from "../../local/iam/index.ts";
import { realEngine } from "../../tools/engine.ts";
import { type FreshPackage, packFresh } from "../package/support/freshPackage.ts";
import { COMMON_JS_PROGRAM, ES_MODULE_PROGRAM } from "../package/support/installedPrograms.ts";
import { INSTALLERS, installTools, isUnreachable } from "./support/installers.ts";

const run = promisify(execFile);

const PULUMI = "3.276.0";

/** With which settings of `module` each version of TypeScript compiles. */
const COMPILED_AS = {
  "5.0": ["node16", "commonjs"],
  "5.9": ["node16"],
  "6.0": ["nodenext", "commonjs"],
};

describe("the package in other people's projects", { concurrency: 1 }, () => {
  let packed: FreshPackage;
  let tools: string;
  let dependencies: Record<string, string>;

  before(async () => {
    packed = await packFresh();
    tools = path.join(packed.folder, "tools");
    dependencies = { "@pulumi/pulumi": PULUMI, "pulumi-iam-keys": `file:${packed.tarball}` };
    await mkdir(tools);
    await installTools(tools, dependencies);
  });
  after(() => packed?.remove());

  /** A folder of files, below the tools where it takes their packages. */
  async function project(name: string, files: Readonly<Record<string, string>>, parent = packed.folder) {
    const folder = path.join(parent, name);
    await mkdir(folder);
    for (const [file, text] of Object.entries(files)) await writeFile(path.join(folder, file), text);
    return folder;
  }

  /** Brings a stack up on the Pulumi CLI, and takes it down again. */
  async function liveOnce(folder: string, environment: Readonly<Record<string, string>> = {}) {
    const iam = await startLocalIam();
    try {
      const stack = new TestStack(folder, await realEngine());
      Object.assign(stack.env, iam.environment, environment, { SERVICE_ACCOUNT_ID: iam.serviceAccountId });
      const held = () => iam.keys().filter(({ kind }) => kind === "yandex:StaticAccessKey").length;
      await stack.expect("stack", "select", "--create", "dev");
      await stack.up();
      assert.equal(held(), 1);
      await stack.expect("destroy", "--yes", "--skip-preview", "--non-interactive");
      assert.equal(held(), 0);
    } finally {
      await iam.close();
    }
  }

  for (const [name, install] of Object.entries(INSTALLERS)) {
    test(`installed by ${name} it serves require and import, and the Pulumi CLI`, async (t) => {
      const folder = await project(name.replaceAll(/\W/g, "-"), {
        "package.json": JSON.stringify({ name: "things", private: true, main: "index.js", dependencies }),
        "Pulumi.yaml": "name: things\nruntime: nodejs\n",
        "index.js": ONE_KEY,
        "program.mjs": ES_MODULE_PROGRAM,
        "program.cjs": COMMON_JS_PROGRAM,
      });
      const environment = await install(folder, tools).catch((error: unknown) => {
        if (isUnreachable(error)) return undefined;
        throw error;
      });
      if (!environment) return t.skip("the installer does not get to where packages come from");
      for (const program of ["program.mjs", "program.cjs"]) {
        const env: NodeJS.ProcessEnv = { ...process.env, ...environment };
        const { stdout } = await run(process.execPath, [program], { cwd: folder, env });
        assert.deepEqual(JSON.parse(stdout), { made: 1, left: 0, isOneClass: true }, program);
      }
      await liveOnce(folder, environment);
    });
  }

  test("with pnpm, a library's dependency is no dependency of the project, which is told to add it", async () => {
    const library = await project("sites", {
      "package.json": JSON.stringify({ name: "sites", version: "1.0.0", dependencies }),
      "index.js": ONE_KEY,
    });
    const own = (more: object) =>
      JSON.stringify({
        name: "things",
        private: true,
        main: "index.js",
        dependencies: { "@pulumi/pulumi": PULUMI, sites: `file:${library}`, ...more },
      });
    const folder = await project("with-library", {
      "package.json": own({}),
      "Pulumi.yaml": "name: things\nruntime: nodejs\n",
      "index.js": `require("sites");`,
    });
    await INSTALLERS.pnpm?.(folder, tools);
    await assert.rejects(liveOnce(folder), /pulumi-iam-keys is not among the dependencies of the project in/);
    await writeFile(path.join(folder, "package.json"), own(dependencies));
    await INSTALLERS.pnpm?.(folder, tools);
    await liveOnce(folder);
  });

  test("a program that esbuild has bundled makes a key", async () => {
    const folder = await project(
      "bundled",
      {
        "package.json": JSON.stringify({ private: true, main: "bundle.js" }),
        "Pulumi.yaml": "name: things\nruntime: nodejs\n",
        "source.ts": `import { yandex } from "pulumi-iam-keys";
          export const { id } = new yandex.StaticAccessKey("only", { serviceAccountId: process.env.SERVICE_ACCOUNT_ID });`,
      },
      tools,
    );
    const esbuild = path.join(tools, "node_modules/esbuild/bin/esbuild");
    const options = ["--bundle", "--platform=node", "--minify", "--external:@pulumi/pulumi"];
    await run(esbuild, ["source.ts", ...options, "--outfile=bundle.js"], { cwd: folder });
    await liveOnce(folder);
  });

  test("an inline program of the Automation API makes a key", async () => {
    const folder = await project("automation", { "program.js": AUTOMATION }, tools);
    const iam = await startLocalIam();
    try {
      const { env } = new TestStack(folder, await realEngine());
      await run(process.execPath, ["program.js"], {
        cwd: folder,
        env: { ...env, ...iam.environment, SERVICE_ACCOUNT_ID: iam.serviceAccountId },
      });
      const kinds = iam.keys().map(({ kind }) => kind);
      assert.deepEqual(kinds, ["yandex:StaticAccessKey"]);
    } finally {
      await iam.close();
    }
  });

  test("Jest takes it as it is", async () => {
    const folder = await project("jest", { "package.json": "{}", "keys.test.js": UNIT_TEST }, tools);
    const jest = path.join(tools, "node_modules/jest/bin/jest.js");
    await run(process.execPath, [jest], { cwd: folder, env: unitTestEnvironment() });
  });

  test("Jest takes the stand-in for the clouds as docs/testing.md says", async () => {
    const files = { "package.json": "{}", "stand-in.test.js": STAND_IN_TEST };
    const folder = await project("jest-stand-in", files, tools);
    const jest = path.join(tools, "node_modules/jest/bin/jest.js");
    const env = { ...unitTestEnvironment(), NODE_OPTIONS: "--experimental-vm-modules" };
    await run(process.execPath, [jest], { cwd: folder, env });
  });

  test("Vitest takes it as it is", async () => {
    const unitTest = `import { expect, test } from "vitest"; ${AS_ES_MODULE}`;
    const folder = await project("vitest", { "package.json": "{}", "keys.test.mjs": unitTest }, tools);
    const vitest = path.join(tools, "node_modules/vitest/vitest.mjs");
    await run(process.execPath, [vitest, "run"], { cwd: folder, env: unitTestEnvironment() });
  });

  for (const [version, modules] of Object.entries(COMPILED_AS)) {
    test(`TypeScript ${version} compiles programs with it, as ES modules and as CommonJS`, async () => {
      const folder = await project(
        `typescript-${version}`,
        { "package.json": JSON.stringify({ private: true }), "index.ts": TYPED, "module.mts": TYPED },
        tools,
      );
      const compiler = path.join(tools, `node_modules/typescript-${version}/bin/tsc`);
      for (const module of modules) {
        const compilerOptions = {
          strict: true,
          target: "es2020",
          module,
          moduleResolution: module === "commonjs" ? "node" : module,
          esModuleInterop: true,
          types: [],
          noEmit: true,
          // The types of Node.js are too new for the oldest compiler.
          skipLibCheck: version === "5.0",
          ...(version === "6.0" && { ignoreDeprecations: "6.0" }),
        };
        const files = module === "commonjs" ? ["index.ts"] : ["index.ts", "module.mts"];
        await writeFile(path.join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
        await run(process.execPath, [compiler, "-p", folder]).catch(({ stdout }) =>
          assert.fail(`${module}\n${stdout}`),
        );
      }
    });
  }
});

/** A unit test's own tools look at these. */
function unitTestEnvironment(): NodeJS.ProcessEnv {
  const { NODE_TEST_CONTEXT: _, NODE_OPTIONS: __, ...env } = process.env;
  return { ...env, CI: "true" };
}

const ONE_KEY = `
  const { yandex } = require("pulumi-iam-keys");
  exports.id = new yandex.StaticAccessKey("only", { serviceAccountId: process.env.SERVICE_ACCOUNT_ID }).id;
`;

const AUTOMATION = `
  const { LocalWorkspace } = require("@pulumi/pulumi/automation");
  const { yandex } = require("pulumi-iam-keys");
  const program = async () => {
    new yandex.StaticAccessKey("only", { serviceAccountId: process.env.SERVICE_ACCOUNT_ID });
  };
  const names = { stackName: "dev", projectName: "things", program };
  // The provider's process looks for the package from this folder on.
  LocalWorkspace.createOrSelectStack(names, { workDir: __dirname }).then((stack) => stack.up());
`;

const MOCKED = `
  test("a key has the id of the mocks", async () => {
    const key = new yandex.RotatingStaticAccessKey("uploads", { rotate: { every: "30d" } });
    expect(await new Promise((resolve) => key.id.apply(resolve))).toBe("uploads-id");
    expect(key instanceof pulumi.dynamic.Resource).toBe(true);
  });
`;

const MOCKS = `pulumi.runtime.setMocks({
  newResource: ({ name, inputs }) => ({ id: name + "-id", state: inputs }),
  call: ({ inputs }) => inputs,
})`;

const UNIT_TEST = `
  const pulumi = require("@pulumi/pulumi");
  const { yandex } = require("pulumi-iam-keys");
  beforeAll(() => ${MOCKS});
  ${MOCKED}
`;

const STAND_IN_TEST = `
  const { startLocalIam } = require("pulumi-iam-keys/local/iam");
  test("a server starts and has no keys", async () => {
    const iam = await startLocalIam();
    expect(iam.keys()).toEqual([]);
    await iam.close();
  });
`;

const AS_ES_MODULE = `
  import * as pulumi from "@pulumi/pulumi";
  import { yandex } from "pulumi-iam-keys";
  await ${MOCKS};
  ${MOCKED}
`;

const TYPED = `
  import * as pulumi from "@pulumi/pulumi";
  import { aws, type EncryptTo, yandex } from "pulumi-iam-keys";
  import { startLocalIam } from "pulumi-iam-keys/local/iam";
  const args: yandex.ServiceAccountKeyArgs = { serviceAccountId: pulumi.output("aje"), keepers: { a: "1" } };
  const keyFile: pulumi.Output<string> = new yandex.ServiceAccountKey("key", args).keyFile;
  const user = new aws.RotatingAccessKey("user", { userName: "mailer", rotate: { every: "30d" } });
  const status: pulumi.Output<"Active" | "Inactive"> = user.current.status;
  const encryptTo: EncryptTo = { age: "age1" };
  const secret: pulumi.Output<string> = new yandex.ApiKey("api", { encryptTo }).encryptedSecret;
  // @ts-expect-error an argument that does not exist
  const wrong: yandex.StaticAccessKeyArgs = { serviceAccount: "aje" };
  export const outputs = { keyFile, status, secret, wrong, startLocalIam };
`;
