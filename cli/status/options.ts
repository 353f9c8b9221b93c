import type { WantedStack } from "../../stack/wantedStack.ts";
import { parseCommandLine, STACK_OPTIONS } from "../parseCommandLine.ts";

/** What the command line asks for. */
export interface Options extends WantedStack {
  readonly file: string | undefined;
  readonly offline: boolean;
  readonly json: boolean;
}

const OPTIONS = {
  ...STACK_OPTIONS,
  offline: { type: "boolean", default: false },
  json: { type: "boolean", short: "j", default: false },
} as const;

/** Reads the command line; throws `BadUsage`. */
export function readOptions(args: readonly string[]): Options {
  const { stack, file, ...rest } = parseCommandLine({ args: [...args], options: OPTIONS }).values;
  return { stack, file, ...rest };
}
