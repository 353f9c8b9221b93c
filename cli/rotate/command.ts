import type { Command } from "../command.ts";
import { EXIT } from "../exitCodes.ts";
import { numberOption, textOption, textsOption } from "../options.ts";
import { type GivenOptions, readOptions } from "./options.ts";

export const rotateCommand: Command = {
  name: "rotate",
  summary: "rotate what is due in a stack, for a schedule",
  description:
    "Refreshes the stack, rotates the keys that are due or ordered, updates only what depends on them, verifies the result, and says what it did. Leaves edits of the program for whoever deploys. Uses the Pulumi CLI on the PATH, and @pulumi/pulumi, which comes with the package. docs/pipelines.md is a tutorial.",
  options: [
    textOption("-s, --stack <name>", "the stack; required").makeOptionMandatory(),
    textOption("-C, --cwd <folder>", "the project's folder").default("."),
    textOption(
      "--rotate-now <token:names>",
      "rotate the keys with these names at once, whatever their age, such as incident-42:uploads,ci-*; also IAM_KEYS_ROTATE_NOW",
    ),
    numberOption(
      "--max-rotations <n>",
      "of the keys that are due by age, rotate at most n, the most overdue first; the rest waits for the next runs",
      1,
    ),
    textsOption(
      "--apart <names>",
      "of the keys with these names that are due by age, rotate one, such as primary,standby or db-*; the rest waits for the next runs",
    ),
    numberOption("--attempts <n>", "how often to try a run in total", 1).default(2),
    numberOption("--lock-wait-minutes <n>", "how long to wait for a locked stack", 0).default(10),
    numberOption("--overdue-days <n>", "how long a key may be overdue before a person is needed", 0).default(
      3,
    ),
    textOption(
      "--summary <file>",
      "append the summary to this file, as Markdown; default: GITHUB_STEP_SUMMARY",
    ),
    textOption("--report <file>", "write the report to this file, as JSON"),
  ],
  codes: {
    [EXIT.failed]: "The run failed, and is safe to run again.",
    [EXIT.person]: "The run needs a person: the last line says what for.",
    [EXIT.unseen]: "The stack could not be opened or read: the passphrase, the login, the backend.",
  },
  errorCode: EXIT.failed,
  async run(values) {
    const { rotate } = await import("./rotate.ts");
    return rotate(readOptions(values as GivenOptions, process.env));
  },
};
