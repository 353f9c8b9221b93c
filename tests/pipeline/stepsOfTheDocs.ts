import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { PipelineStack } from "./pipelineStack.ts";

const DOCS = new URL("../../docs/pipelines.md", import.meta.url);

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

/**
 * Takes the steps "From nothing" of docs/pipelines.md, copied as they are, from the second to the last command; `yc` and `jq` are
 * stand-ins. Gives what `yc` was asked.
 */
export async function takeTheSteps(stack: PipelineStack, runsId: string): Promise<string[]> {
  const tools = path.join(stack.folder, "tools");
  await mkdir(tools);
  for (const name of ["yc", "jq"]) {
    await writeFile(path.join(tools, name), STAND_IN);
    await chmod(path.join(tools, name), 0o755);
  }
  const log = path.join(tools, "yc.log");
  await stack.shell(await scriptOfTheDocs(), {
    PATH: `${tools}${path.delimiter}${process.env.PATH}`,
    RUNS_ID: runsId,
    UPLOADS_ID: stack.iam.serviceAccountId,
    FIRST_KEY: JSON.stringify(await stack.iam.serviceAccountKeyFile(runsId)),
    YC_LOG: log,
  });
  return (await readFile(log, "utf8")).trimEnd().split("\n");
}

async function scriptOfTheDocs(): Promise<string> {
  const [, list = ""] =
    /## From nothing[\s\S]*?\n(1\. [\s\S]*?)\n### /.exec(await readFile(DOCS, "utf8")) ?? [];
  const blocks = [...list.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = ""]) => block);
  // The first one copies the example out of the repository, and asks a registry.
  return blocks.slice(1).join("\n");
}
