import { Option } from "commander";
import type { Command } from "../command.ts";
import { EXIT } from "../exitCodes.ts";
import { textOption } from "../options.ts";
import { DEFAULTS, PIPELINES, TYPES } from "./answers.ts";
import type { GivenOptions } from "./init.ts";

export const initCommand: Command = {
  name: "init",
  summary: "write a program that rotates a key, and the pipeline that runs it",
  description:
    "Writes a Pulumi program in TypeScript with one rotating key, its project and settings, and the file by which a pipeline runs `iam-keys rotate`. In a terminal it asks for what the options do not say. It shows every file before it writes it, and overwrites none. No secret is asked for, and no cloud is asked. docs/languages.md has programs in other languages.",
  options: [
    textOption("-d, --dir <folder>", "the folder for the program").default("keys"),
    new Option("-k, --kind <kind>", `the kind of the key; without it ${DEFAULTS.kind}`).choices(TYPES),
    textOption("-n, --name <name>", `the name of the key in the program; without it ${DEFAULTS.name}`),
    textOption(
      "-a, --account <account>",
      "whose key it is: the id of a service account or an OAuth client, or the name of an AWS user; required where nobody is asked",
    ),
    textOption(
      "--every <duration>",
      `how old a key gets before it is rotated, such as 90d; without it ${DEFAULTS.every}`,
    ),
    textOption(
      "--overlap <duration>",
      `for how long the key before it goes on working; without it ${DEFAULTS.overlap}`,
    ),
    textOption("-s, --stack <name>", `the stack; without it ${DEFAULTS.stack}`),
    new Option(
      "-p, --pipeline <pipeline>",
      "what runs the rotation: GitHub Actions, GitLab CI, the Pulumi Kubernetes Operator, a timer of systemd on a machine, or nothing yet; required where nobody is asked",
    ).choices(PIPELINES),
    new Option("-y, --yes", "ask nobody; without a terminal, nothing is written without it"),
    new Option("--dry-run", "show the files and write none").conflicts("yes"),
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
