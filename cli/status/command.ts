import type { Command } from "../command.ts";

export const statusCommand: Command = {
  name: "status",
  summary: "show every key of a stack: its age, when it is due, and what the next run does",
  usage: `Usage: iam-keys status [options]

Shows every key of a stack: its age, when it is due, its last use, and what the next \`pulumi up\` of the same
program does to it, and why. Nothing is changed, and no secret is shown.

  -s, --stack NAME    the stack; without it the one that is selected in the project's folder
  -C, --cwd FOLDER    the project's folder, instead of this one
      --file FILE     an export of the stack, or a state file, instead of asking \`pulumi\`; the stack's configuration
                      is then read only where --stack names it
      --offline       asks no API: the last use stays unknown
  -j, --json          one JSON document, as docs/status.md describes it
      --help          this text

The exit code is 2 where something is overdue, 1 where the command failed, 0 otherwise.`,
  async load() {
    const { status } = await import("./status.ts");
    return status;
  },
};
