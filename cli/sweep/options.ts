import { resolve } from "node:path";
import type { WantedStack } from "../../stack/wantedStack.ts";
import { BadUsage } from "../command.ts";

/** What the command line asks for, except the ids. */
export interface GivenOptions extends WantedStack {
  readonly file?: string | undefined;
  /** Whether to delete without asking. */
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export interface Options extends GivenOptions {
  readonly file: string | undefined;
  /** The keys that are meant; none: those that need no id. */
  readonly ids: readonly string[];
}

/** Completes what was given; throws `BadUsage`. */
export function readOptions({ cwd, file, ...given }: GivenOptions, ids: readonly string[]): Options {
  if (ids.includes("")) throw new BadUsage("An id must not be empty.");
  // The stack is read twice, and the provider has a folder of its own in between.
  return { ...given, cwd: resolve(cwd), file: file === undefined ? undefined : resolve(file), ids };
}
