import { type Engine, localEngine, realEngine } from "../../tools/engine.ts";

/** Which of the two engines a case is for. */
export type EngineName = "local" | "cli";

/** An engine, and how it says as much as it can while it runs. */
export interface MatrixEngine extends Engine {
  readonly kind: EngineName;
  /** Its highest log level. */
  readonly loud: readonly string[];
}

export const LOCAL: MatrixEngine = { ...localEngine, kind: "local", loud: ["--debug", "-v", "9"] };

/** The Pulumi CLI. With --debug, or from -v 9 on, it writes down whatever passes between it and the SDK, secrets too. */
async function cli(): Promise<MatrixEngine> {
  return { ...(await realEngine()), kind: "cli", loud: [] };
}

export async function engineOf(kind: string): Promise<MatrixEngine> {
  if (kind === "local") return LOCAL;
  if (kind === "cli") return await cli();
  throw new Error(`The engine is local or cli, not "${kind}".`);
}
