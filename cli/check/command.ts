import { InvalidArgumentError, Option } from "commander";
import type { Command } from "../command.ts";
import { EXIT } from "../exitCodes.ts";
import { textsOption } from "../options.ts";
import type { Options } from "./check.ts";

const DAYS = "--max-age <days>";

export const checkCommand: Command = {
  name: "check",
  summary: "report the keys of an exported stack that are too old, or are not rotated in time",
  description:
    "Finds keys that are too old, or that nothing rotates in time. Reads the output of `pulumi stack export` from the file, or from standard input. Sends no request, and needs no secret.",
  argument: { name: "[file]", description: "the exported stack; default: standard input" },
  options: [
    new Option(DAYS, "how old a key may be").argParser(days).default(90),
    textsOption("--except <pattern>", "skip resources of this name; * stands for any characters").default(
      [],
      "none",
    ),
    new Option("--level <level>", "advisory reports what is wrong and ends with 0; disabled checks nothing")
      .choices(["mandatory", "advisory", "disabled"])
      .default("mandatory"),
  ],
  codes: {
    [EXIT.found]: "A key is too old, or is not rotated in time.",
    [EXIT.unseen]: "The export could not be read.",
  },
  errorCode: EXIT.unseen,
  async run(values, [file]) {
    const { check } = await import("./check.ts");
    return check(values as Options, file);
  },
};

function days(given: string): number {
  const value = Number(given);
  if (given.trim() !== "" && Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError("It must be a number of days above 0.");
}
