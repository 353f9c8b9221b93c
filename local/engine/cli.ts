#!/usr/bin/env node
/**
 * Runs ordinary Pulumi programs where there is no `pulumi` on the PATH, under the same command line:
 * `node local/engine/cli.ts up --yes`.
 */
import { join } from "node:path";
import { parseCommandLine } from "./commandLine.ts";
import type { Invocation } from "./commands/commandContext.ts";
import { configCommand } from "./commands/config.ts";
import { destroyCommand, previewCommand, refreshCommand, upCommand } from "./commands/deploy.ts";
import { cancelCommand, stackCommand } from "./commands/stack.ts";
import { versionCommand } from "./commands/version.ts";
import { EngineFailure, exitCodes, ReportedFailure } from "./failure.ts";
import { homeFolder } from "./project/selectedStack.ts";
import { maskSecrets } from "./values/secretTexts.ts";

const commands: Readonly<Record<string, (invocation: Invocation) => Promise<void>>> = {
  cancel: cancelCommand,
  config: configCommand,
  destroy: destroyCommand,
  preview: previewCommand,
  refresh: refreshCommand,
  stack: stackCommand,
  up: upCommand,
  version: versionCommand,
};

/** Runs one command line; resolves to its exit code. */
async function main(args: readonly string[]): Promise<number> {
  try {
    const { words, flags } = parseCommandLine(args);
    const [name = "", ...rest] = words;
    const command = commands[name];
    if (command === undefined) {
      throw new EngineFailure(
        `unknown command "${name}"; the local engine has: ${Object.keys(commands).join(", ")}`,
      );
    }
    await command({
      words: rest,
      flags,
      env: process.env,
      print: (line) => process.stdout.write(`${line}\n`),
    });
    return 0;
  } catch (error) {
    if (!(error instanceof EngineFailure) && !isSystemError(error)) throw error;
    if (!(error instanceof ReportedFailure)) process.stderr.write(`error: ${maskSecrets(error.message)}\n`);
    return error instanceof EngineFailure ? error.exitCode : exitCodes.failure;
  }
}

/** Whether the system refused something: no room, no permission, no such file. Its message says what and where. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === "string";
}

// Programs and providers load the same large modules in every run, each in a process of its own. The cache is code
// that they will execute, so it lies where only the user can write.
process.env.NODE_COMPILE_CACHE ??= join(homeFolder(process.env), "node-compile-cache");
process.exitCode = await main(process.argv.slice(2));
