import type { Command } from "../command.ts";

export const sweepCommand: Command = {
  name: "sweep",
  summary: "delete keys that carry the name of a resource of a stack and are in no state",
  usage: `Usage: iam-keys sweep [options] [id…]

Shows the keys that carry the name of a resource of the stack and that its state does not hold, and deletes, when a
person has agreed, those that nobody ever used. On AWS, where keys carry no name, these are all other keys of the
users. With ids, those keys alone; what was ever used, or is of AWS, needs its id. A key of the state is never
deleted. Run it while no run of the stack is going on.

  -s, --stack NAME    the stack; without it the one that is selected in the project's folder
  -C, --cwd FOLDER    the project's folder, instead of this one
      --file FILE     an export of the stack, or a state file, instead of asking \`pulumi\`; the stack's configuration
                      is then read only where --stack names it, and what is younger than the file needs its id
  -y, --yes           asks nobody; without a terminal, and with --json, nothing is deleted without it
      --dry-run       deletes nothing
  -j, --json          one JSON document, as docs/sweep.md describes it
      --help          this text

The exit code is 2 where something was found and not deleted, 1 where the command or a part of it failed, 0
otherwise.`,
  async load() {
    const { sweep } = await import("./sweep.ts");
    return sweep;
  },
};
