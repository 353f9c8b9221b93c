import { Option } from "commander";
import type { Command } from "../command.ts";
import { EXIT } from "../exitCodes.ts";
import { LANGUAGES } from "../languages.ts";
import { durationOption, textOption, textsOption } from "../options.ts";
import { type GivenOptions, readOptions } from "./options.ts";

export const scanCommand: Command = {
  name: "scan",
  summary: "show all keys of accounts, whoever made them: which are old, unused or without an owner",
  description:
    "Shows every key of the accounts that you name: its age, its last use, and the resource whose name it carries. Reports keys that were never used, and two active keys of one AWS user. With --older and --unused, it also reports keys that are too old or have not been used for too long. Scans only what you name. Changes no key and no account, and shows no secret. With --aws, it has AWS make a credential report if there is none that is newer than four hours.",
  argument: { name: "[id...]", description: "show only these keys" },
  options: [
    textsOption("--folder <id>", "Yandex Cloud: all service accounts of this folder"),
    textsOption("--service-account <id>", "Yandex Cloud: this service account"),
    new Option("--aws", "AWS: all IAM users of the caller's account"),
    textsOption("--user <name>", "AWS: this IAM user"),
    durationOption("--unused <duration>", 'report keys that were not used for this time, such as "90d"'),
    durationOption("--older <duration>", "report keys that are older than this"),
    textOption(
      "-s, --stack <name>",
      "also use the settings of this stack's config; default: only the environment",
    ),
    textOption("-C, --cwd <folder>", "the folder of that stack's project").default("."),
    new Option("-j, --json", "print one JSON document, as described in docs/scan.md"),
    new Option("--format <format>", "print csv or sarif (2.1.0) instead")
      .choices(["csv", "sarif"])
      .conflicts("json"),
    new Option(
      "--adopt",
      "print a program that takes over the keys that carry no resource's name, and the keys whose ids you give",
    ).conflicts(["json", "format"]),
    new Option(
      "--language <language>",
      "the language of that program; default: typescript. The other languages use the plugin, and typescript the npm package",
    ).choices(Object.keys(LANGUAGES)),
  ],
  codes: {
    [EXIT.found]: "A key was reported.",
    [EXIT.unseen]: "An account, an age or a last use could not be seen, or no key has an id that you gave.",
  },
  errorCode: EXIT.unseen,
  async run(values, ids) {
    const options = readOptions(values as GivenOptions, ids);
    const { scan } = await import("./scan.ts");
    return scan(options);
  },
};
