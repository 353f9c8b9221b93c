import tab from "@bomb.sh/tab/commander";
import { Help, Command as Parser } from "commander";
import { VERSION } from "../provider/version.ts";
import { BadUsage, type Command } from "./command.ts";
import { EXIT, EXIT_CODES, type ExitCode } from "./exitCodes.ts";

/** The parser of all commands; `ended` hears the exit code of the one that was run. */
export function programOf(commands: readonly Command[], ended: (code: ExitCode) => void): Parser {
  const program = new Parser("iam-keys")
    .description("Works with the keys of Pulumi stacks, beside `pulumi up`: for people and pipelines.")
    .version(VERSION)
    // Throws instead of ending the process: main says how it ends.
    .exitOverride()
    .addHelpText("after", "\nThe exit codes and all options: docs/commands.md of the package.");
  for (const command of commands) {
    const parser = parserOf(command).copyInheritedSettings(program);
    parser.showHelpAfterError(`(iam-keys ${command.name} --help lists the options.)`).action(async () => {
      ended(await command.run(parser.opts(), parser.args));
    });
    program.addCommand(parser);
  }
  tab(program);
  return program.showHelpAfterError("(iam-keys --help lists the commands.)");
}

/** The parser of one command, which does nothing. */
export function parserOf(command: Command): Parser {
  const { name, summary, description, argument, options } = command;
  const parser = new Parser(name)
    .summary(summary)
    .description(description)
    .addHelpText("after", () => `\nExit codes:\n${codeLines(command).join("\n")}`);
  if (argument) parser.argument(argument.name, argument.description);
  for (const option of options) parser.addOption(option);
  return parser;
}

/** A command's exit codes, and what they stand for. */
export function codesOf({ codes }: Command): [code: string, text: string][] {
  return Object.entries({ ...EVERYWHERE, ...codes });
}

const EVERYWHERE = { [EXIT.fine]: EXIT_CODES[EXIT.fine].means, [EXIT.person]: "The command line is wrong." };

function codeLines(command: Command): string[] {
  const help = new Help();
  help.prepareContext({ helpWidth: process.stdout.columns ?? 80 });
  return codesOf(command).map(([code, text]) => help.formatItem(code, code.length, text, help));
}

/** The exit code of a command that ended with this error. */
export function codeOf(error: unknown, { errorCode }: Command): ExitCode {
  return error instanceof BadUsage ? EXIT.person : errorCode;
}
