import { StackFailure } from "../../stack/files/failure.ts";
import { parseCommandLine } from "./commandLine.ts";
import type { Invocation } from "./commands/commandContext.ts";
import { configCommand } from "./commands/config.ts";
import { destroyCommand, previewCommand, refreshCommand, upCommand } from "./commands/deploy.ts";
import { cancelCommand, stackCommand } from "./commands/stack.ts";
import { versionCommand } from "./commands/version.ts";
import { EngineFailure, exitCodeOf, ReportedFailure } from "./failure.ts";
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
export async function main(args: readonly string[]): Promise<number> {
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
    if (!(error instanceof StackFailure) && !isSystemError(error)) throw error;
    if (!(error instanceof ReportedFailure)) process.stderr.write(`error: ${maskSecrets(error.message)}\n`);
    return exitCodeOf(error);
  }
}

/** Whether the system refused something: no room, no permission, no such file. Its message says what and where. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === "string";
}
