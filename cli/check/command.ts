import { InvalidArgumentError, Option } from "commander";
import type { Command } from "../command.ts";
import { EXIT } from "../exitCodes.ts";
import { textsOption } from "../options.ts";
import type { Options } from "./check.ts";

const DAYS = "--max-age <days>";

export const checkCommand: Command = {
  name: "check",
  summary: "say which keys of an exported stack are too old, or are not rotated in time",
  description:
    "Looks for keys that are too old, or that nothing rotates in time. Reads what `pulumi stack export` has written to the file, or standard input. No cloud is asked, and no secret is needed.",
  argument: { name: "[file]", description: "the exported stack; without it, standard input" },
  options: [
    new Option(DAYS, "how old a key may be").argParser(days).default(90),
    textsOption(
      "--except <pattern>",
      "leave resources of this name alone; * stands for any characters",
    ).default([], "none"),
    new Option("--level <level>", "advisory says what is wrong and ends with 0; disabled looks at nothing")
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
