import { accessSync, constants } from "node:fs";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

const ROOT = path.join(import.meta.dirname, "../..");
const MAIN = path.join(ROOT, "dist/cli/main.js");

/** What the stand-in of `yc` knows of the local cloud. */
export interface YcWorld {
  /** The ids of service accounts by their names. */
  readonly accounts: Readonly<Record<string, string>>;
  /** What `yc iam create-token` prints. */
  readonly token?: string;
  /** What `yc iam key create` writes: the key of a real account of the server. */
  readonly keyFile?: string;
}

/** `yc`, of which the docs need little. What it was asked is in yc.log beside it; it refuses anything else. */
const YC = `
const { appendFileSync, writeFileSync } = require("node:fs");
const { accounts, token, keyFile } = JSON.parse(process.env.YC_WORLD);
const words = process.argv.slice(2);
const asked = words.join(" ");
appendFileSync(__dirname + "/yc.log", asked + "\\n");
if (asked === "iam create-token") console.log(token);
else if (asked.startsWith("iam service-account get ")) console.log(JSON.stringify({ id: accounts[words[3]] }));
else if (asked.startsWith("iam key create ")) writeFileSync(words.at(-1), keyFile);
else if (!/^iam (service-account (create|add-access-binding)|key delete) /.test(asked)) process.exit(64);
`;

const JQ = `
const { readFileSync } = require("node:fs");
const [, field, file = 0] = process.argv.slice(2);
console.log(JSON.parse(readFileSync(file, "utf8"))[field.slice(1)]);
`;

/** Links the command as npm does; what a program imports is found in a folder above. Asks no registry. */
const npm = () => `
[ "$1" = install ] || exec '${commandOnPath("npm")}' "$@"
mkdir -p node_modules/.bin
ln -sf '${MAIN}' node_modules/.bin/iam-keys
`;

/** Has the package at hand that it would ask a registry for; what is installed, the real one finds. */
const npx = () => `
[ "$1 $2 $3" = "--package pulumi-iam-keys iam-keys" ] || exec '${commandOnPath("npx")}' "$@"
shift 3
exec '${process.execPath}' '${MAIN}' "$@"
`;

/**
 * Puts commands into a folder that do for the docs what needs a cloud or a registry: yc, jq, npm and npx. Gives what their
 * environment needs: no file of theirs holds a secret, for which tests look.
 */
export async function putStandIns(folder: string, yc: YcWorld): Promise<{ readonly YC_WORLD: string }> {
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, "yc.log"), "");
  const node = `#!${process.execPath}`;
  await putCommand(folder, "yc", `${node}${YC}`);
  await putCommand(folder, "jq", `${node}${JQ}`);
  await putCommand(folder, "npm", `#!/bin/sh${npm()}`);
  await putCommand(folder, "npx", `#!/bin/sh${npx()}`);
  return { YC_WORLD: JSON.stringify(yc) };
}

export async function putCommand(folder: string, name: string, script: string): Promise<void> {
  const file = path.join(folder, name);
  await writeFile(file, script);
  await chmod(file, 0o755);
}

function commandOnPath(name: string): string {
  const files = (process.env.PATH ?? "").split(path.delimiter).map((folder) => path.join(folder, name));
  const found = files.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  if (found === undefined) throw new Error(`There is no ${name} on the PATH.`);
  return found;
}
