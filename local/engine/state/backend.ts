import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Backend, bookkeepingFolder, noSuchStack, statePath } from "../../../stack/files/backend.ts";
import type { DeploymentJson } from "../../../stack/files/deploymentJson.ts";
import { EngineFailure } from "../failure.ts";
import { writeFileAtomically } from "./atomicFile.ts";
import type { Journal } from "./journal.ts";
import { readState, writeState } from "./stateFile.ts";

/** The name by which the CLI's file backend knows a stack. */
export function qualifiedName(project: string, stack: string): string {
  return `organization/${project}/${stack}`;
}

/** A deployment as it was read. */
export interface ReadDeployment {
  readonly deployment: DeploymentJson;
  /** The digest of the state file. */
  readonly digest: string;
}

/**
 * The deployment of a stack (empty for a new one) as the last run left it, or as the one has come to that is at work or
 * was interrupted; fails when there is no such stack.
 */
export async function readDeployment(
  backend: Backend,
  project: string,
  stack: string,
): Promise<ReadDeployment> {
  const state = await readState(statePath(backend, project, stack));
  if (state === undefined) throw noSuchStack(stack);
  const { version, checkpoint } = state.content;
  if (version !== 3 && checkpoint?.latest !== undefined) {
    throw new EngineFailure(
      `the state file of stack '${stack}' has format version ${version}; only 3 is supported`,
    );
  }
  return { deployment: checkpoint.latest ?? {}, digest: state.digest };
}

/**
 * Replaces the deployment of a stack; the one before is kept beside it with the ending `.bak`. Resolves to the digest of
 * the new file.
 *
 * @param journal the one of the run that comes to its end with this
 */
export async function writeDeployment(
  backend: Backend,
  project: string,
  stack: string,
  deployment: DeploymentJson,
  journal?: Journal,
): Promise<string> {
  const content = {
    version: 3,
    checkpoint: { stack: qualifiedName(project, stack), latest: deployment },
  };
  await ensureLayout(backend);
  return await writeState(statePath(backend, project, stack), content, journal);
}

async function ensureLayout(backend: Backend): Promise<void> {
  const path = join(bookkeepingFolder(backend), "meta.yaml");
  const exists = await readFile(path, "utf8").then(
    () => true,
    () => false,
  );
  // Version 1 keeps stacks in a folder for each project.
  if (!exists) await writeFileAtomically(path, "version: 1\n");
}
