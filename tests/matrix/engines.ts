import path from "node:path";
import { fileURLToPath } from "node:url";
import { type Engine, localEngine, realEngine } from "../../tools/engine.ts";

/** Where the plugin is, by the name under which an engine looks for it. */
const PLUGIN = fileURLToPath(new URL("../../dist/bundle", import.meta.url));

/** Which of the two engines a case is for. */
export type EngineName = "local" | "cli";

/** By which door the program enters the provider: by its dynamic resources, or by the plugin's. */
export type DoorName = "dynamic" | "native";

/** An engine, and how it says as much as it can while it runs. */
export interface MatrixEngine extends Engine {
  readonly kind: EngineName;
  readonly door: DoorName;
  /** Its highest log level. */
  readonly loud: readonly string[];
}

export const LOCAL: MatrixEngine = {
  ...localEngine,
  kind: "local",
  door: "dynamic",
  loud: ["--debug", "-v", "9"],
};

/** The Pulumi CLI. With --debug, or from -v 9 on, it writes down whatever passes between it and the SDK, secrets too. */
async function cli(door: DoorName): Promise<MatrixEngine> {
  const engine = await realEngine();
  const { PATH } = engine.environment;
  const environment = { ...engine.environment, PATH: [PLUGIN, PATH].join(path.delimiter) };
  return { ...engine, environment, kind: "cli", door, loud: [] };
}

export async function engineOf(kind: string, door = "dynamic"): Promise<MatrixEngine> {
  if (door !== "dynamic" && door !== "native")
    throw new Error(`The door is dynamic or native, not "${door}".`);
  if (kind === "cli") return await cli(door);
  if (kind !== "local") throw new Error(`The engine is local or cli, not "${kind}".`);
  if (door === "native") throw new Error("The plugin is tried on the Pulumi CLI alone: --engine cli.");
  return LOCAL;
}
