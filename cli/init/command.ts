import { Option } from "commander";
import type { Command } from "../command.ts";
import { EXIT } from "../exitCodes.ts";
import { textOption } from "../options.ts";
import { DEFAULTS, LANGUAGE_NAMES, PIPELINES, TYPES } from "./answers.ts";
import type { GivenOptions } from "./init.ts";

export const initCommand: Command = {
  name: "init",
  summary: "write a program that rotates a key, and the pipeline that runs it",
  description:
    "Writes a Pulumi program with one rotating key, its project, dependencies and settings, and the file with which a pipeline runs `iam-keys rotate`. In a terminal, it asks for what the options do not say. It shows every file before it writes it, and never overwrites one. It asks for no secret, and sends no request to a cloud.",
  options: [
    textOption("-d, --dir <folder>", "the folder for the program").default("keys"),
    new Option("-k, --kind <kind>", `the kind of the key; default: ${DEFAULTS.kind}`).choices(TYPES),
    textOption("-n, --name <name>", `the name of the key in the program; default: ${DEFAULTS.name}`),
    textOption(
      "-a, --account <account>",
      "whose key it is: the id of a service account or an OAuth client, or the name of an AWS user; required without a terminal",
    ),
    textOption(
      "--every <duration>",
      `how old a key gets before it is rotated, such as 90d; default: ${DEFAULTS.every}`,
    ),
    textOption(
      "--overlap <duration>",
      `how long the previous key keeps working; default: ${DEFAULTS.overlap}`,
    ),
    new Option(
      "-l, --language <language>",
      `the language of the program; all but TypeScript use the plugin; default: ${DEFAULTS.language}`,
    ).choices(LANGUAGE_NAMES),
    textOption("-s, --stack <name>", `the stack; default: ${DEFAULTS.stack}`),
    new Option(
      "-p, --pipeline <pipeline>",
      "what runs the rotation: GitHub Actions, GitLab CI, the Pulumi Kubernetes Operator, a timer of systemd on a machine, or nothing yet; required without a terminal",
    ).choices(PIPELINES),
    new Option("-y, --yes", "do not ask; without a terminal, init writes nothing unless this is set"),
    new Option("--dry-run", "show the files, but write none").conflicts("yes"),
  ],
  codes: {
    [EXIT.failed]: "A file could not be written. None of them is there.",
    [EXIT.person]:
      "The command line is wrong, a file is there already, or nobody agreed. Nothing was written.",
  },
  errorCode: EXIT.failed,
  async run(values) {
    const { init } = await import("./init.ts");
    return init(values as GivenOptions);
  },
};
