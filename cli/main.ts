#!/usr/bin/env node
/** The command `iam-keys`: what people and pipelines do with the keys of a stack beside `pulumi up`. */
import "../provider/supportedNode.ts";
import { redact } from "../provider/redact.ts";
import { BadUsage, type Command } from "./command.ts";
import { COMMANDS } from "./commands.ts";

/** Runs one command line; resolves to its exit code. */
async function main([name = "", ...args]: readonly string[]): Promise<number> {
  if (["", "help", "--help", "-h"].includes(name)) {
    console.log(usage());
    return 0;
  }
  const command = COMMANDS.find((each) => each.name === name);
  if (!command) {
    console.error(`iam-keys: there is no command "${name}".\n\n${usage()}`);
    return 1;
  }
  return run(command, args);
}

async function run(command: Command, args: readonly string[]): Promise<number> {
  if (args.includes("--help")) {
    console.log(command.usage);
    return 0;
  }
  try {
    return await (await command.load())(args);
  } catch (error) {
    const message = redact(error instanceof Error ? error.message : String(error));
    console.error(`iam-keys ${command.name}: ${message}`);
    if (error instanceof BadUsage) console.error(`\n${command.usage}`);
    return 1;
  }
}

function usage(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  const lines = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return [
    "Usage: iam-keys <command> [options]",
    "",
    ...lines,
    "",
    "iam-keys <command> --help says more.",
  ].join("\n");
}

main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
