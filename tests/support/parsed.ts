import type { OptionValues } from "commander";
import type { Command } from "../../cli/command.ts";
import { parserOf } from "../../cli/program.ts";

/** What the parser makes of a command line, without the name of its command; throws where it is wrong. */
export function parsed(command: Command, args: readonly string[]): OptionValues {
  const parser = parserOf(command)
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  return parser.parse(args, { from: "user" }).opts();
}
