import { readFile } from "node:fs/promises";
import path from "node:path";
import { blocksIn, pageText, sectionOf } from "../docs/shellBlocks.ts";
import { putStandIns } from "../docs/standIns.ts";
import type { PipelineStack } from "./pipelineStack.ts";

/** The section of docs/pipelines.md whose steps these are. */
const STEPS = "From nothing";

/**
 * Takes the steps "From nothing" of docs/pipelines.md, copied as they are, from the first to the last command; `yc`, `jq`, and what
 * asks a registry are stand-ins. Gives what `yc` was asked.
 */
export async function takeTheSteps(stack: PipelineStack, runsId: string): Promise<string[]> {
  const tools = path.join(stack.folder, "tools");
  const environment = await putStandIns(tools, {
    accounts: { "key-rotation": runsId, uploads: stack.iam.serviceAccountId },
    keyFile: JSON.stringify(await stack.iam.serviceAccountKeyFile(runsId)),
  });
  const PATH = `${tools}${path.delimiter}${process.env.PATH}`;
  const [list = ""] = sectionOf(pageText("docs/pipelines.md"), STEPS).split("\n### ");
  await stack.shell(blocksIn(list, "sh").join(""), { ...environment, PATH }, stack.repository);
  return (await readFile(path.join(tools, "yc.log"), "utf8")).trimEnd().split("\n");
}
