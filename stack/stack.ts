import type { DeploymentJson } from "./files/deploymentJson.ts";

/** A stack as it was read. */
export interface Stack {
  readonly deployment: DeploymentJson;
  /** Opens what is encrypted in the deployment; absent where nothing can. */
  readonly decrypt?: ((ciphertext: string) => string) | undefined;
  /** The stack's configuration by full names, with the secrets that could be read. */
  readonly config: ReadonlyMap<string, string>;
  /** Why a run may have done more than the deployment says; absent where none has. */
  readonly behind?: string | undefined;
  /** What could not be read, and what would help. */
  readonly notes: readonly string[];
}
