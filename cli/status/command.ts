import { Option } from "commander";
import type { Command } from "../command.ts";
import { EXIT } from "../exitCodes.ts";
import { STACKS_OPTIONS, textOption } from "../options.ts";
import type { GivenOptions } from "./options.ts";

export const statusCommand: Command = {
  name: "status",
  summary: "show every key of a stack, or of several: its age, when it is due, and what the next run does",
  description:
    "Shows every key of a stack: its age, when it is due, its last use, and what the next `pulumi up` of the same program does to it, and why. Changes nothing, and shows no secret.",
  options: [
    ...STACKS_OPTIONS,
    new Option("--offline", "send no request: the last use stays unknown"),
    textOption("--within <duration>", "also report what is due or expires within this time, such as 14d"),
    new Option(
      "--format <format>",
      "the output format; prometheus: gauges in its text format, as described in docs/status.md",
    )
      .choices(["table", "json", "prometheus"])
      .default("table"),
    new Option(
      "-j, --json",
      "the same as --format json: one document, or a list of them for several stacks, as described in docs/status.md",
    ).conflicts("format"),
  ],
  codes: {
    [EXIT.found]: "Something is overdue, or due within the time of --within.",
    [EXIT.person]: "The next run of the same program would fail. Its line says why.",
    [EXIT.unseen]: "A stack could not be read or decrypted, or an API did not answer.",
  },
  errorCode: EXIT.unseen,
  async run(values) {
    const { status } = await import("./status.ts");
    return status(values as GivenOptions);
  },
};
