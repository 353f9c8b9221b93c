#!/usr/bin/env node
/** The command `iam-keys`: what people and pipelines do with the keys of a stack beside `pulumi up`. */
import "../provider/supportedNode.ts";
import { CommanderError } from "commander";
import { redact } from "../provider/redact.ts";
import { BadUsage } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { EXIT, type ExitCode } from "./exitCodes.ts";
import { codeOf, programOf } from "./program.ts";

/** Runs one command line; resolves to its exit code. */
async function main(args: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = EXIT.fine;
  const program = programOf(COMMANDS, (ended) => {
    code = ended;
  });
  try {
    await program.parseAsync(args.length === 0 ? ["--help"] : args, { from: "user" });
    return code;
  } catch (error) {
    // What is wrong with the command line, or the help, is printed already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.person;
    const command = COMMANDS.find(({ name }) => name === args[0]);
    if (!command) throw error;
    const message = redact(error instanceof Error ? error.message : String(error));
    console.error(`iam-keys ${command.name}: ${message}`);
    if (error instanceof BadUsage) console.error(`(iam-keys ${command.name} --help lists the options.)`);
    return codeOf(error, command);
  }
}

main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
