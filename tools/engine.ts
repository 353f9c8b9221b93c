import path from "node:path";
import { fileURLToPath } from "node:url";
import { pulumiTool } from "./pulumi/pulumiTool.ts";

/** What runs a command line of `pulumi`. */
export interface Engine {
  /** What runs, as a reader would name it. */
  readonly name: string;
  /** The program to start, and what comes before the words of `pulumi`. */
  readonly file: string;
  readonly args: readonly string[];
  /** What its environment has to have; no more than that is the engine's own. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The plugin of @pulumi/random is on no package registry; both engines take one that is on the PATH. */
const RANDOM_PLUGIN = fileURLToPath(new URL("../local/engine/random", import.meta.url));

/** The engine of this project. */
export const localEngine: Engine = {
  name: "the local engine",
  file: process.execPath,
  args: [fileURLToPath(new URL("../local/engine/cli.ts", import.meta.url))],
  environment: {
    PATH: [RANDOM_PLUGIN, path.dirname(process.execPath), process.env.PATH].join(path.delimiter),
  },
};

/** The real engine, which is built where there is none. */
export async function realEngine(): Promise<Engine> {
  const { file, version, environment } = await pulumiTool();
  return {
    name: `the Pulumi CLI ${version}`,
    file,
    args: [],
    environment: {
      ...environment,
      PATH: [environment.PATH, RANDOM_PLUGIN].join(path.delimiter),
    },
  };
}
