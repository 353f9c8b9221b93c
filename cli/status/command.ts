import { Option } from "commander";
import type { Command } from "../command.ts";
import { EXIT } from "../exitCodes.ts";
import { STACKS_OPTIONS, textOption } from "../options.ts";
import type { GivenOptions } from "./options.ts";

export const statusCommand: Command = {
  name: "status",
  summary: "show every key of a stack, or of several: its age, when it is due, and what the next run does",
  description:
    "Shows every key of a stack: its age, when it is due, its last use, and what the next `pulumi up` of the same program does to it, and why. Nothing is changed, and no secret is shown.",
  options: [
    ...STACKS_OPTIONS,
    new Option("--offline", "ask no API: the last use stays unknown"),
    textOption(
      "--within <duration>",
      "count as found, too, what is due or expires within this time, such as 14d",
    ),
    new Option(
      "--format <format>",
      "how it is printed; prometheus: gauges in its text format, as docs/status.md describes them",
    )
      .choices(["table", "json", "prometheus"])
      .default("table"),
    new Option(
      "-j, --json",
      "the same as --format json: one document, of several stacks a list of them, as docs/status.md describes it",
    ).conflicts("format"),
  ],
  codes: {
    [EXIT.found]: "Something is overdue, or due within the time of --within.",
    [EXIT.unseen]: "A stack could not be read or decrypted, or an API did not answer.",
  },
  errorCode: EXIT.unseen,
  async run(values) {
    const { status } = await import("./status.ts");
    return status(values as GivenOptions);
  },
};
