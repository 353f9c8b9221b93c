import { Option } from "commander";
import type { Command } from "../command.ts";
import { EXIT } from "../exitCodes.ts";
import { STACK_OPTIONS } from "../options.ts";
import { type GivenOptions, readOptions } from "./options.ts";

export const sweepCommand: Command = {
  name: "sweep",
  summary: "delete keys that carry the name of a resource of a stack and are in no state",
  description:
    "Shows the keys that carry the name of a resource of the stack and that its state does not hold, and deletes, when a person has agreed, those that nobody ever used. On AWS, where keys carry no name, these are all other keys of the users. With ids, those keys alone; what was ever used, is of AWS, or is younger than the file of --file needs its id. A key of the state is never deleted. Run it while no run of the stack is going on.",
  argument: { name: "[id...]", description: "the keys that are meant" },
  options: [
    ...STACK_OPTIONS,
    new Option("-y, --yes", "ask nobody; without a terminal, and with --json, nothing is deleted without it"),
    new Option("--dry-run", "delete nothing").conflicts("yes"),
    new Option("-j, --json", "print one JSON document, as docs/sweep.md describes it"),
  ],
  codes: {
    [EXIT.failed]: "A key could not be deleted.",
    [EXIT.found]: "Something was found and not deleted.",
    [EXIT.unseen]:
      "The stack could not be read, an account could not be looked at, or there is no key of an id.",
  },
  errorCode: EXIT.unseen,
  async run(values, ids) {
    const { sweep } = await import("./sweep.ts");
    return sweep(readOptions(values as GivenOptions, ids));
  },
};
