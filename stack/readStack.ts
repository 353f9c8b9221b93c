import { readFile } from "node:fs/promises";
import { behindJournal, configOfFiles, openState, stackOfFiles, stacksOfFiles } from "./localFiles.ts";
import { configOfCli, stackOfCli, stacksOfCli } from "./pulumiCli.ts";
import type { Stack } from "./stack.ts";
import { parseState } from "./stateText.ts";
import type { WantedStack } from "./wantedStack.ts";

interface WantedStackOrFile extends WantedStack {
  /** An export or a state file. */
  readonly file: string | undefined;
}

/** Reads the stack: from a file that is named, else through the Pulumi CLI, else where its file backend keeps it. */
export async function readStack(wanted: WantedStackOrFile): Promise<Stack> {
  if (wanted.file !== undefined) return stackOfFile(wanted.file, wanted);
  const stack = await stackOfCli(wanted);
  if (stack) return stack;
  return withoutCli(() => stackOfFiles(wanted));
}

/** The names of all stacks of the project in that folder: what the Pulumi CLI lists, else what its file backend keeps. */
export async function stacksOfProject(cwd: string): Promise<string[]> {
  const names = (await stacksOfCli(cwd)) ?? (await withoutCli(() => stacksOfFiles(cwd)));
  if (names.length === 0) throw new Error("The project has no stack in the backend that is asked.");
  return names;
}

async function withoutCli<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const reason = error instanceof Error ? error.message : error;
    throw new Error(`There is no \`pulumi\` on the PATH, and the stack's files cannot be read: ${reason}`);
  }
}

async function stackOfFile(file: string, { cwd, stack }: WantedStack): Promise<Stack> {
  const content = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`--file names ${file}, which cannot be read (${error.code}).`);
  });
  const deployment = parseState(content, `--file ${file}`);
  const state = await openState(deployment);
  const config = await readConfig({ cwd, stack });
  return {
    deployment,
    ...state,
    behind: behindJournal(file),
    config: config.values,
    notes: [...state.notes, ...config.notes],
  };
}

/** The configuration of the stack, without its state; empty where none is named. */
export async function readConfig({
  cwd,
  stack,
}: WantedStack): Promise<{ values: Map<string, string>; notes: string[] }> {
  if (stack === undefined) return { values: new Map(), notes: [] };
  return (await configOfCli({ cwd, stack })) ?? (await configOfFiles({ cwd, stack }));
}
