import { parseDuration } from "../../provider/rotation/duration.ts";
import { BadUsage } from "../command.ts";

/** What the command line asks for. */
export interface GivenOptions {
  /** None: the one that is selected. */
  readonly stack?: readonly string[];
  readonly allStacks?: boolean;
  /** The project's folder. */
  readonly cwd: string;
  readonly file: string | undefined;
  readonly offline?: boolean;
  readonly within?: string;
  readonly json?: boolean;
  readonly format: "table" | "json" | "prometheus";
}

export interface Options extends Omit<GivenOptions, "within" | "json"> {
  /** What is due within this time is found already, in milliseconds. */
  readonly within: number | undefined;
}

/** Completes what was given; throws `BadUsage`. */
export function readOptions({ within, json, ...rest }: GivenOptions): Options {
  const given = json ? { ...rest, format: "json" as const } : rest;
  if (given.file !== undefined && (given.stack?.length ?? 0) > 1)
    throw new BadUsage("--file holds one stack: give --stack once.");
  if (within === undefined) return { ...given, within };
  const milliseconds = parseDuration(within);
  if (milliseconds === undefined) throw new BadUsage('--within must be a duration such as "12h" or "14d".');
  return { ...given, within: milliseconds };
}
