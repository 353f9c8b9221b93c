import { Option } from "commander";
import type { Command } from "../command.ts";
import { EXIT } from "../exitCodes.ts";
import { STACK_OPTIONS } from "../options.ts";
import { type GivenOptions, readOptions } from "./options.ts";

export const sweepCommand: Command = {
  name: "sweep",
  summary: "delete keys that carry the name of a stack's resource and are in no state",
  description:
    "Shows the keys that carry the name of a resource of the stack, but are not in its state. If you agree, it deletes those that nobody ever used. On AWS, where keys carry no name, it shows all other keys of the users. With ids, it handles only those keys. It deletes a key that was ever used, an AWS key, or a key younger than the file of --file only by its id. It never deletes a key of the state. Do not run it while a run of the stack is going on.",
  argument: { name: "[id...]", description: "handle only these keys" },
  options: [
    ...STACK_OPTIONS,
    new Option("-y, --yes", "do not ask; required to delete anything with --json or without a terminal"),
    new Option("--dry-run", "delete nothing").conflicts("yes"),
    new Option("-j, --json", "print one JSON document, as described in docs/sweep.md"),
  ],
  codes: {
    [EXIT.failed]: "A key could not be deleted.",
    [EXIT.found]: "Something was found and not deleted.",
    [EXIT.person]: "The caller may not delete a key, or the command line is wrong.",
    [EXIT.unseen]: "The stack or an account could not be read, or no key has an id that you gave.",
  },
  errorCode: EXIT.unseen,
  async run(values, ids) {
    const { sweep } = await import("./sweep.ts");
    return sweep(readOptions(values as GivenOptions, ids));
  },
};
