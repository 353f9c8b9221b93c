import { Option } from "commander";
import type { Command } from "../command.ts";
import { EXIT } from "../exitCodes.ts";
import { durationOption, textOption, textsOption } from "../options.ts";
import { type GivenOptions, readOptions } from "./options.ts";

export const scanCommand: Command = {
  name: "scan",
  summary: "show all keys of accounts, whoever made them: which are old, unused or of nobody",
  description:
    "Shows every key of the accounts that are named: its age, its last use, and the resource whose name it carries. Reports keys that were never used, two active keys of one AWS user and, where it is told how long, keys that are too old or have not been used for too long. Only what is named is looked at. Nothing is changed, and no secret is shown.",
  argument: { name: "[id...]", description: "show these keys alone" },
  options: [
    textsOption("--folder <id>", "Yandex Cloud: all service accounts of this folder"),
    textsOption("--service-account <id>", "Yandex Cloud: this service account"),
    new Option("--aws", "AWS: all IAM users of the caller's account"),
    textsOption("--user <name>", "AWS: this IAM user"),
    durationOption("--unused <duration>", 'report keys that were not used for so long, such as "90d"'),
    durationOption("--older <duration>", "report keys that are older than that"),
    textOption(
      "-s, --stack <name>",
      "use the settings of this stack's config, too; without it, the environment alone",
    ),
    textOption("-C, --cwd <folder>", "the folder of that stack's project").default("."),
    new Option("-j, --json", "print one JSON document, as docs/scan.md describes it"),
    new Option("--format <format>", "print csv or sarif (2.1.0) instead")
      .choices(["csv", "sarif"])
      .conflicts("json"),
    new Option(
      "--adopt",
      "print TypeScript that takes over the keys that carry no resource's name, and those named by their ids",
    ).conflicts(["json", "format"]),
  ],
  codes: {
    [EXIT.found]: "A key was reported.",
    [EXIT.unseen]: "An account, an age or a last use could not be seen, or there is no key of an id.",
  },
  errorCode: EXIT.unseen,
  async run(values, ids) {
    const options = readOptions(values as GivenOptions, ids);
    const { scan } = await import("./scan.ts");
    return scan(options);
  },
};
