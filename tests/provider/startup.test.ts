import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import { startLocalIam } from "../../local/iam/index.ts";
import { KIND_TYPES } from "../../provider/kinds/index.ts";
import { aws } from "../../sdk/index.ts";
import { classOf } from "../support/classOf.ts";
import { register } from "../support/registration.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));
const program = path.join(root, "examples/quickstart");

/** Runs an ES module in a fresh process in a program's folder and gives the URLs of all that it loads. */
async function modulesLoadedBy(source: string): Promise<string[]> {
  const script = `
    import { registerHooks } from "node:module";
    const loaded = [];
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
    ${source}
    console.log(JSON.stringify(loaded));
  `;
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: program,
    maxBuffer: 16 * 1024 * 1024,
  });
  return JSON.parse(stdout);
}

const packagesIn = (urls: readonly string[]) =>
  new Set(
    urls.flatMap((url) => /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(url)?.[1] ?? []),
  );

/** The packages that a program must not wait for, wherever they come from. */
const HEAVY = /^(got|zod|jose|openpgp|age-encryption|@aws-sdk\/.*|@smithy\/.*)$/;

test("starting a program loads nothing but @pulumi/pulumi", async () => {
  const loaded = await modulesLoadedBy(`await import("pulumi-iam-keys");`);
  const own = loaded.filter((url) => url.startsWith("file:") && !url.includes("/node_modules/"));
  // Beside the classes, what it takes to read an order to rotate at once, and to put a key file together.
  const isLight = (url: string) =>
    /\/dist\/(sdk\/|provider\/(rotation\/(emergency|pattern)|kinds\/keyFile|supportedNode|version)\.js$)/.test(
      url,
    );
  assert.ok(own.length > 0 && own.every(isLight), own.join("\n"));
  const packages = packagesIn(loaded);
  assert.ok(packages.has("@pulumi/pulumi"));
  assert.deepEqual(
    [...packages].filter((name) => HEAVY.test(name)),
    [],
  );
  // What @pulumi/pulumi loads by itself is not ours to choose; nothing else may come beside it.
  const withoutUs = packagesIn(await modulesLoadedBy(`await import("@pulumi/pulumi");`));
  assert.deepEqual(
    [...packages].filter((name) => !withoutUs.has(name)),
    [],
  );
});

/** The packages that nothing but `encryptTo` needs. */
const ENCRYPTION = ["openpgp", "age-encryption"];

/** What the process of dynamic resources loads to call a kind, beside what @pulumi/pulumi has loaded before. */
async function filesLoadedToCall(type: string, inputs: object, environment: object, calls: string) {
  const loaded = await modulesLoadedBy(`
    Object.assign(process.env, ${JSON.stringify({ ...environment, HOME: "/nowhere" })});
    await import("@pulumi/pulumi");
    loaded.splice(0);
    const { handler } = await import("pulumi-iam-keys/dynamic");
    const provider = handler("${type}");
    await provider.configure({ config: { get: () => undefined } });
    const { inputs, failures } = await provider.check({}, ${JSON.stringify(inputs)});
    if (failures.length > 0) throw new Error(JSON.stringify(failures));
    ${calls}
  `);
  const files = loaded.filter((url) => url.startsWith("file:")).map((url) => fileURLToPath(url));
  return { files: files.map((file) => path.relative(root, file)), loaded };
}

/** A module of Node that what sends requests to Yandex Cloud loads first of all. */
const SENDING = "node:http2";

test("a check loads one file, and of what is in it nothing that sends requests", async () => {
  const iam = await startLocalIam();
  try {
    for (const [type, inputs] of [
      ["yandex:StaticAccessKey", { serviceAccountId: iam.serviceAccountId, owner: "p/s/n" }],
      ["yandex:RotatingServiceAccountKey", { rotate: { every: "90d" }, overlap: "1d", owner: "p/s/n" }],
      ["aws:AccessKey", { userName: iam.userName, owner: "p/s/n" }],
    ] as const) {
      const { files, loaded } = await filesLoadedToCall(type, inputs, iam.environment, "");
      assert.deepEqual(files, ["dist/dynamic.js"], type);
      assert.ok(!loaded.includes(SENDING), type);
    }
  } finally {
    await iam.close();
  }
});

test("making, trying and deleting a key of Yandex Cloud loads no second file", async () => {
  const iam = await startLocalIam();
  try {
    const calls = `
      const { id, outs } = await provider.create({ ...inputs });
      await provider.delete(id, outs);
      const fetch = "NativeModule internal/deps/undici/undici";
      if (process.moduleLoadList.includes(fetch)) throw new Error("Node's fetch was loaded");
    `;
    const inputs = { serviceAccountId: iam.serviceAccountId, owner: "p/s/n" };
    for (const type of ["yandex:StaticAccessKey", "yandex:ServiceAccountKey", "yandex:ApiKey"]) {
      const { files, loaded } = await filesLoadedToCall(type, inputs, iam.environment, calls);
      assert.deepEqual(files, ["dist/dynamic.js"], type);
      assert.ok(loaded.includes(SENDING), type);
    }
  } finally {
    await iam.close();
  }
});

test("encryptTo loads the library of the one kind of key that it names", async () => {
  const recipient = pathToFileURL(path.join(root, "dist/provider/sinks/loadRecipient.js"));
  const libraries = { pgp: ["openpgp"], jwk: ["jose"], age: ["age-encryption"] };
  for (const [name, expected] of Object.entries(libraries)) {
    const loaded = await modulesLoadedBy(`
      const { loadRecipient } = await import("${recipient}");
      await loadRecipient({ ${name}: "none" }).catch(() => {});
    `);
    const packages = [...packagesIn(loaded)];
    assert.deepEqual(
      packages.filter((one) => one === "jose" || ENCRYPTION.includes(one)),
      expected,
    );
  }
});

test("every resource is a dynamic resource with one short, equal provider text a kind", async () => {
  const texts = new Set<string>();
  for (const type of KIND_TYPES) {
    const make = (name: string) => new (classOf(type))(name, { keepers: { name } });
    const { resource, registration } = await register(make);
    const text = String(registration.inputs.__provider);
    assert.ok(resource instanceof pulumi.dynamic.Resource);
    assert.ok(pulumi.CustomResource.isInstance(resource));
    assert.ok(Buffer.byteLength(text) <= 300);
    assert.equal((await register(make)).registration.inputs.__provider, text);
    texts.add(text);
  }
  assert.equal(texts.size, KIND_TYPES.length);
});

test("the provider text is what @pulumi/pulumi can run, and names an exported path", async () => {
  const { registration } = await register((name) => new aws.AccessKey(name));
  const script = `
    const m = { exports: {} };
    new Function("exports", "require", ${JSON.stringify(registration.inputs.__provider)})(m.exports, require);
    console.log(Object.keys(m.exports.handler()).sort().join());
  `;
  const { stdout } = await run(process.execPath, ["--eval", script], { cwd: program });
  assert.equal(stdout.trim(), "check,configure,create,delete,diff,read,update");
});

/** The tsconfig.json of `pulumi new typescript`; this compiler wants the old resolution to be confirmed. */
const STOCK_TSCONFIG = {
  compilerOptions: {
    strict: true,
    outDir: "bin",
    target: "es2020",
    module: "commonjs",
    moduleResolution: "node",
    sourceMap: true,
    experimentalDecorators: true,
    pretty: true,
    noFallthroughCasesInSwitch: true,
    noImplicitReturns: true,
    forceConsistentCasingInFileNames: true,
    ignoreDeprecations: "6.0",
    types: ["node"],
  },
  files: ["index.ts"],
};

const STOCK_PROGRAM = `
import * as pulumi from "@pulumi/pulumi";
import { aws, yandex } from "pulumi-iam-keys";

export = async () => {
  await pulumi.runtime.setMocks({ call: () => ({}), newResource: ({ name }) => ({ id: name, state: {} }) });
  const args: yandex.ServiceAccountKeyArgs = { serviceAccountId: pulumi.output("aje"), keepers: { a: "1" } };
  const key = new yandex.ServiceAccountKey("key", args);
  const user = new aws.AccessKey("user", { status: "Inactive" });
  const secret: pulumi.Output<string> = user.secretAccessKey;
  const status: pulumi.Output<"Active" | "Inactive"> = user.status;
  // @ts-expect-error an argument that does not exist
  const wrong: yandex.StaticAccessKeyArgs = { serviceAccount: "aje" };
  return { keyFile: key.keyFile, secret, status, wrong, dynamic: key instanceof pulumi.dynamic.Resource };
};
`;

test("the stock CommonJS program of Pulumi compiles with the package, and runs", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "iam-keys-stock-"));
  try {
    await symlink(path.join(root, "node_modules"), path.join(folder, "node_modules"), "dir");
    await writeFile(path.join(folder, "tsconfig.json"), JSON.stringify(STOCK_TSCONFIG));
    await writeFile(path.join(folder, "index.ts"), STOCK_PROGRAM);
    const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");
    await run(process.execPath, [compiler, "-p", folder]).catch((error) => assert.fail(error.stdout));
    assert.match(await readFile(path.join(folder, "bin/index.js"), "utf8"), /require\("pulumi-iam-keys"\)/);
    const script = `require("./bin/index.js")().then((outputs) => console.log(outputs.dynamic))`;
    const { stdout } = await run(process.execPath, ["--eval", script], { cwd: folder });
    assert.equal(stdout.trim(), "true");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
