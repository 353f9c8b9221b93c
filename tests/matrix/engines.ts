import { type Engine, localEngine, realEngine } from "../../tools/engine.ts";

/** Which of the two engines a case is for. */
export type EngineName = "local" | "cli";

/** An engine, and how it says as much as it can while it runs. */
export interface MatrixEngine extends Engine {
  /** Its highest log level. */
  readonly loud: readonly string[];
}

export const LOCAL: MatrixEngine = { ...localEngine, loud: ["--debug", "-v", "9"] };

/** The Pulumi CLI. With --debug, or from -v 9 on, it writes down whatever passes between it and the SDK, secrets too. */
export async function cli(): Promise<MatrixEngine> {
  return { ...(await realEngine()), loud: [] };
}
