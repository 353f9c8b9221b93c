import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** A program to start, and the arguments that come before those of the command line of `pulumi`. */
export interface PulumiCommand {
  readonly file: string;
  readonly args: readonly string[];
  /** What runs, as a reader would name it. */
  readonly name: string;
}

/** The Pulumi CLI where there is one on the PATH, else the engine of this project, which takes the same words. */
export function pulumiCommand(): PulumiCommand {
  const { status, stdout } = spawnSync("pulumi", ["version"], { encoding: "utf8" });
  return status === 0
    ? { file: "pulumi", args: [], name: `the Pulumi CLI ${stdout.trim()}` }
    : localEngineCommand();
}

/** The engine of this project. */
function localEngineCommand(): PulumiCommand {
  const cli = fileURLToPath(new URL("./engine/cli.ts", import.meta.url));
  return { file: process.execPath, args: [cli], name: "the local engine (no pulumi on the PATH)" };
}
