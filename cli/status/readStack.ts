import { readFile } from "node:fs/promises";
import { configOfFiles, openState, stackOfFiles } from "./localFiles.ts";
import type { Options } from "./options.ts";
import { configOfCli, stackOfCli } from "./pulumiCli.ts";
import type { Stack } from "./stack.ts";
import { parseState } from "./stateText.ts";

/** Reads the stack: from a file that is named, else through the Pulumi CLI, else where its file backend keeps it. */
export async function readStack(options: Options): Promise<Stack> {
  if (options.file !== undefined) return stackOfFile(options.file, options);
  const stack = await stackOfCli(options);
  if (stack) return stack;
  try {
    return await stackOfFiles(options);
  } catch (error) {
    const reason = error instanceof Error ? error.message : error;
    throw new Error(`There is no \`pulumi\` on the PATH, and the stack's files cannot be read: ${reason}`);
  }
}

async function stackOfFile(file: string, { cwd, stack }: Options): Promise<Stack> {
  const content = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`--file names ${file}, which cannot be read (${error.code}).`);
  });
  const deployment = parseState(content, `--file ${file}`);
  const state = await openState(deployment);
  const config =
    stack === undefined
      ? { values: new Map<string, string>(), notes: [] }
      : ((await configOfCli({ cwd, stack })) ?? (await configOfFiles({ cwd, stack })));
  return { deployment, ...state, config: config.values, notes: [...state.notes, ...config.notes] };
}
