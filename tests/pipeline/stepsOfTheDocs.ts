import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { PipelineStack } from "./pipelineStack.ts";

const DOCS = new URL("../../docs/pipelines.md", import.meta.url);

const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

/** Does of the two commands of others what the steps ask of them; the key is that of a real account of the server. */
const STAND_IN = `#!/usr/bin/env node
const { appendFileSync, readFileSync, writeFileSync } = require("node:fs");
const [first, ...more] = process.argv.slice(2);
const words = [first, ...more].join(" ");
const { RUNS_ID, UPLOADS_ID, FIRST_KEY, YC_LOG } = process.env;
if (first === "-r") {
  const field = more[0].slice(1);
  console.log(JSON.parse(readFileSync(more[1] ?? 0, "utf8"))[field]);
} else {
  appendFileSync(YC_LOG, words + "\\n");
  const ids = { "key-rotation": RUNS_ID, uploads: UPLOADS_ID };
  if (words.startsWith("iam service-account get ")) console.log(JSON.stringify({ id: ids[more[2]] }));
  if (words.startsWith("iam key create ")) writeFileSync(more.at(-1), FIRST_KEY);
}
`;

/** Links the command as npm does; what the program imports is found in a folder above. Asks no registry. */
const NPM = `#!/bin/sh
test "$*" = install
mkdir -p node_modules/.bin
ln -s '${MAIN}' node_modules/.bin/iam-keys
`;

/** Has the package at hand that it would ask a registry for; what is installed, the real one finds. */
const NPX = `#!/bin/sh
PATH="\${PATH#*:}"
test "$1" = --package || exec npx "$@"
test "$2 $3" = "pulumi-iam-keys iam-keys"
shift 3
exec node '${MAIN}' "$@"
`;

const TOOLS = { yc: STAND_IN, jq: STAND_IN, npm: NPM, npx: NPX };

/**
 * Takes the steps "From nothing" of docs/pipelines.md, copied as they are, from the first to the last command; `yc`, `jq`, and what
 * asks a registry are stand-ins. Gives what `yc` was asked.
 */
export async function takeTheSteps(stack: PipelineStack, runsId: string): Promise<string[]> {
  const tools = path.join(stack.folder, "tools");
  await mkdir(tools);
  for (const [name, text] of Object.entries(TOOLS)) {
    await writeFile(path.join(tools, name), text);
    await chmod(path.join(tools, name), 0o755);
  }
  const log = path.join(tools, "yc.log");
  const environment = {
    PATH: `${tools}${path.delimiter}${process.env.PATH}`,
    RUNS_ID: runsId,
    UPLOADS_ID: stack.iam.serviceAccountId,
    FIRST_KEY: JSON.stringify(await stack.iam.serviceAccountKeyFile(runsId)),
    YC_LOG: log,
  };
  await stack.shell(await scriptOfTheDocs(), environment, stack.repository);
  return (await readFile(log, "utf8")).trimEnd().split("\n");
}

async function scriptOfTheDocs(): Promise<string> {
  const [, list = ""] =
    /## From nothing[\s\S]*?\n(1\. [\s\S]*?)\n### /.exec(await readFile(DOCS, "utf8")) ?? [];
  const blocks = [...list.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = ""]) => block);
  return blocks.join("\n");
}
