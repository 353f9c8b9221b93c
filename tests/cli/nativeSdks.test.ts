import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFile, cp, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { programs } from "../../schema/programs.ts";
import { folderWithSdks, quickstartRuns } from "./support/quickstart.ts";
import { YamlStack } from "./support/yamlStack.ts";

const QUICKSTART = fileURLToPath(new URL("../../examples/languages/typescript", import.meta.url));
const MODULES = fileURLToPath(new URL("../../node_modules", import.meta.url));

const PROGRAM = `
import * as pulumi from "@pulumi/pulumi";
import * as iamKeys from "./nodejs";

const provider = new iamKeys.Provider("prod", { aws: { region: "eu-central-1", assumeRole: { roleArn: "arn" } } });
const mailer = new iamKeys.aws.RotatingAccessKey(
  "mailer",
  { userName: "mailer", rotate: { every: "90d", window: { timeZone: "UTC" } }, retire: { grace: "3d" } },
  { provider },
);
const plain = new iamKeys.yandex.ServiceAccountKey("ci", { verify: false, keepers: { generation: "2" } });
export const current: pulumi.Output<string> = mailer.current.id;
export const keyFile: pulumi.Output<string> = plain.keyFile;
export const token: pulumi.Output<string> = iamKeys.yandex.getIamTokenOutput({ serviceAccountId: "aje" }).iamToken;
// @ts-expect-error an argument that does not exist
new iamKeys.yandex.ApiKey("search", { scope: "all" });
`;

const OPTIONS = {
  target: "es2022",
  module: "commonjs",
  moduleResolution: "node",
  ignoreDeprecations: "6.0",
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  types: ["node"],
};

test("the SDK for Node.js that the schema comes to has the types that a program and the examples need", async (t) => {
  const folder = await folderWithSdks(t);
  await symlink(MODULES, path.join(folder, "node_modules"));
  const files = { "program.ts": PROGRAM, ...examples() };
  for (const [file, text] of Object.entries(files)) await writeFile(path.join(folder, file), text);
  const paths = { "pulumi-iam-keys-sdk": ["./nodejs"] };
  await writeFile(
    path.join(folder, "tsconfig.json"),
    JSON.stringify({ compilerOptions: { ...OPTIONS, paths }, files: Object.keys(files) }),
  );
  await compile(folder);
});

test("the quickstart in TypeScript makes a key by that SDK, and no other run changes it", async (t) => {
  const folder = await folderWithSdks(t);
  await symlink(MODULES, path.join(folder, "node_modules"));
  const sdk = path.join(folder, "nodejs");
  await compile(sdk, "--ignoreDeprecations", "6.0", "--skipLibCheck", "--types", "node");
  await copyFile(path.join(sdk, "package.json"), path.join(sdk, "bin/package.json"));
  const stack = await YamlStack.create(t, () => ({}));
  await cp(QUICKSTART, stack.files.folder, { recursive: true });
  // What an installer would put there.
  const installed = path.join(stack.files.folder, "node_modules");
  await rm(installed);
  await mkdir(installed);
  await symlink(path.join(sdk, "bin"), path.join(installed, "pulumi-iam-keys-sdk"));
  for (const name of ["@pulumi", "@types", "typescript"])
    await symlink(path.join(MODULES, name), path.join(installed, name));
  await quickstartRuns(stack);
});

async function compile(folder: string, ...options: string[]): Promise<void> {
  const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  await promisify(execFile)(process.execPath, [compiler, "-p", folder, ...options]).catch((error) =>
    assert.fail(error.stdout),
  );
}

/** The examples of the reference pages, by a file each. */
function examples(): Readonly<Record<string, string>> {
  const all = Object.entries(programs());
  return Object.fromEntries(all.map(([, { typescript = "" }], index) => [`example${index}.ts`, typescript]));
}
