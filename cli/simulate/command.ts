import { Option } from "commander";
import { OPTIONS } from "../../simulation/givenOptions.ts";
import type { Command } from "../command.ts";
import { EXIT } from "../exitCodes.ts";

const options = Object.entries(OPTIONS).map(([name, described]) => {
  const value = "value" in described ? ` <${described.value}>` : "";
  const option = new Option(`--${name}${value}`, described.help);
  return "default" in described ? option.default(described.default) : option;
});

export const simulateCommand: Command = {
  name: "simulate",
  summary: "try a policy: a year of rotations, and of programs that use the key, in seconds",
  description:
    'Simulates a pipeline that runs the real lifecycle, with a virtual clock and a local stand-in for the clouds. Some runs are missed, in some the API fails, and consumers pick up a new key late. Write a duration as "30m", "12h" or "30d", and a share as a number from 0 to 1. Sends no request to a cloud.',
  options,
  codes: {
    [EXIT.failed]: "The simulation itself failed.",
    [EXIT.found]: "A consumer was refused: the policy is not sound.",
  },
  errorCode: EXIT.failed,
  async run(values) {
    const { simulate } = await import("./simulate.ts");
    return simulate(
      Object.fromEntries(options.map((option) => [option.name(), values[option.attributeName()]])),
    );
  },
};
