import { InvalidArgumentError, Option } from "commander";
import { parseDuration } from "../provider/rotation/duration.ts";

/** An option with a text that must not be empty: an empty variable in a script must not pass for "not given". */
export function textOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser(text);
}

/** The same, which may be given several times. */
export function textsOption(flags: string, description: string): Option {
  const collect = (given: string, before: readonly string[] = []) => [...before, text(given)];
  return new Option(flags, `${description}; you can repeat the option`).argParser(collect);
}

/** An option with a whole number, from the least one to 10000. */
export function numberOption(flags: string, description: string, least: number): Option {
  return new Option(flags, description).argParser((given) => {
    const value = Number(given);
    if (/^\d+$/.test(given) && value >= least && value <= 10_000) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to 10000.`);
  });
}

/** An option with a duration that is longer than nothing. */
export function durationOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text): Duration => {
    const milliseconds = parseDuration(text);
    if (milliseconds) return { text, milliseconds };
    throw new InvalidArgumentError('It must be a duration such as "12h" or "90d".');
  });
}

/** A duration, also as it was given. */
export interface Duration {
  readonly text: string;
  readonly milliseconds: number;
}

function text(given: string): string {
  if (given === "") throw new InvalidArgumentError("It must not be empty.");
  return given;
}

const STACK = ["-s, --stack <name>", "the stack; default: the one selected in the project's folder"] as const;

/** Where stacks are read. */
const PLACE_OPTIONS: readonly Option[] = [
  textOption("-C, --cwd <folder>", "the project's folder").default("."),
  textOption(
    "--file <file>",
    "read an export of the stack, or a state file, instead of asking `pulumi`; the stack's configuration is then read only if you give --stack",
  ),
];

/** The options by which a command line names one stack. */
export const STACK_OPTIONS: readonly Option[] = [textOption(...STACK), ...PLACE_OPTIONS];

/** The same for one that takes several. */
export const STACKS_OPTIONS: readonly Option[] = [
  textsOption(...STACK),
  new Option("--all-stacks", "all stacks of the project").conflicts(["stack", "file"]),
  ...PLACE_OPTIONS,
];
