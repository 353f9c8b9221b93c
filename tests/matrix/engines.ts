import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export type EngineName = "local" | "cli";

/** What runs a command line of `pulumi`, and says as much as it can while it does. */
export interface MatrixEngine {
  readonly name: EngineName;
  readonly command: readonly string[];
  /** Its highest log level. */
  readonly loud: readonly string[];
}

const localEngine = fileURLToPath(new URL("../../local/engine/cli.ts", import.meta.url));

export const ENGINES: Readonly<Record<EngineName, MatrixEngine>> = {
  local: { name: "local", command: [process.execPath, localEngine], loud: ["--debug", "-v", "9"] },
  // With --debug, or from -v 9 on, the CLI writes down whatever passes between it and the SDK, secrets too.
  cli: { name: "cli", command: ["pulumi"], loud: [] },
};

export function hasCli(): boolean {
  return spawnSync("pulumi", ["version"]).error === undefined;
}
