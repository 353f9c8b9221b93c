import type { Option } from "commander";
import type { Command } from "../cli/command.ts";
import { COMMANDS } from "../cli/commands.ts";
import { EXIT_CODES } from "../cli/exitCodes.ts";
import { codesOf } from "../cli/program.ts";
import { markdownText } from "./markdownText.ts";

export const COMMANDS_PAGE = "docs/commands.md";

const INTRODUCTION = `<!-- Written by \`npm run schema\`, from the definitions of the commands. -->

# Commands

The package installs the command \`iam-keys\`. Run it with \`npx iam-keys <command>\`.

\`npx iam-keys help <command>\`, \`-h\` and \`--help\` print what is on this page. \`--version\` prints the version of the
package. If you misspell a command or an option, the error suggests the right one. \`iam-keys complete bash\` (\`zsh\`,
\`fish\`, \`powershell\`) prints a script that completes commands and options in that shell, if \`iam-keys\` is on the PATH.`;

/** The reference of all commands, for people. */
export function commandsPage(): string {
  const sections = [INTRODUCTION, exitCodes(), ...COMMANDS.map(section)];
  return `${sections.join("\n\n")}\n`;
}

function exitCodes(): string {
  const rows = Object.entries(EXIT_CODES).map(([code, { means, next }]) => [code, means, next]);
  return [
    "## Exit codes",
    "",
    "All commands use the same codes. If several apply, the first of 4, 3, 1 and 2 counts.",
    "",
    ...table(["code", "means", "what to do"], rows),
  ].join("\n");
}

function section(command: Command): string {
  const { name, description, argument, options } = command;
  const usage = ["iam-keys", name, "[options]", ...(argument ? [argument.name] : [])].join(" ");
  const rows = [
    ...(argument ? [[`\`${argument.name}\``, argument.description]] : []),
    ...options.map((option) => [`\`${option.flags}\``, optionText(option)]),
  ];
  return [
    `## \`${usage}\``,
    "",
    description,
    "",
    ...table(["option", ""], rows),
    "",
    ...table(["exit code", ""], codesOf(command)),
  ].join("\n");
}

function optionText({ description, argChoices, defaultValue, defaultValueDescription }: Option): string {
  const choices = argChoices ? `; one of ${argChoices.map((choice) => `\`${choice}\``).join(", ")}` : "";
  const text = markdownText(description) + choices;
  if (defaultValue === undefined) return text;
  return `${text}; default: ${defaultValueDescription ?? `\`${defaultValue}\``}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}
