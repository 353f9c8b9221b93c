import { Option } from "commander";
import type { Command } from "../command.ts";
import { EXIT } from "../exitCodes.ts";
import { placeOptions } from "../http/place.ts";
import { textOption, textsOption } from "../options.ts";
import { type GivenOptions, PREFIX, SECRET_VARIABLE } from "./options.ts";

export const leakWebhookCommand: Command = {
  name: "leak-webhook",
  summary: "take events about leaked keys, and have the pipeline rotate these keys",
  description: `Serves POST /leaks for signed events (Standard Webhooks) that say which key leaked. For each event, it finds the stack and the resource that hold the key. Then it runs the command behind "--", with the order in IAM_KEYS_ROTATE_NOW and the stack in IAM_KEYS_STACK. The secret that signs the events is in ${SECRET_VARIABLE}. While the sender changes it, put both secrets there, with a space between. docs/leaks.md shows all of it, end to end.`,
  argument: {
    name: "[command...]",
    description:
      "what places an order: a program and its arguments, such as -- npx iam-keys rotate --stack production",
  },
  options: [
    textsOption("-s, --stack <name>", "a stack whose keys may leak"),
    new Option("--all-stacks", "all stacks of the project").conflicts("stack"),
    textOption("-C, --cwd <folder>", "the project's folder").default("."),
    ...placeOptions(PREFIX),
  ],
  codes: {
    [EXIT.failed]: "It could not start, or ended with an error.",
    [EXIT.person]: "An option, the command or the secret is missing or wrong.",
  },
  errorCode: EXIT.failed,
  async run(values, command) {
    const { run } = await import("./run.ts");
    return run(values as GivenOptions, command);
  },
};
