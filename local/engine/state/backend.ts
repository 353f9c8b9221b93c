import { readdir, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { EngineFailure, exitCodes } from "../failure.ts";
import { writeFileAtomically } from "./atomicFile.ts";
import type { DeploymentJson } from "./deploymentJson.ts";
import type { Journal } from "./journal.ts";
import { readState, writeState } from "./stateFile.ts";

/** A folder of state files in the layout of the CLI's `file://` backend. */
export interface Backend {
  readonly url: string;
  readonly folder: string;
}

/** The backend named by PULUMI_BACKEND_URL, or the one `pulumi login --local` uses. */
export function backendFromEnvironment(env: NodeJS.ProcessEnv): Backend {
  const url =
    env.PULUMI_BACKEND_URL === undefined || env.PULUMI_BACKEND_URL === ""
      ? "file://~"
      : env.PULUMI_BACKEND_URL;
  if (!url.startsWith("file://")) {
    throw new EngineFailure(
      `the local engine keeps its state in a folder: PULUMI_BACKEND_URL must be file://…, not ${url}`,
    );
  }
  const path = url.slice("file://".length);
  if (path === "~" || path.startsWith("~/")) return { url, folder: join(homedir(), path.slice(1)) };
  return { url, folder: path.startsWith("/") ? fileURLToPath(url) : resolve(path) };
}

/** The name by which the CLI's file backend knows a stack. */
export function qualifiedName(project: string, stack: string): string {
  return `organization/${project}/${stack}`;
}

/** The folder of everything a backend holds. */
export function bookkeepingFolder(backend: Backend): string {
  return join(backend.folder, ".pulumi");
}

function stacksFolder(backend: Backend, project: string): string {
  return join(bookkeepingFolder(backend), "stacks", project);
}

/** The state file of a stack. */
export function statePath(backend: Backend, project: string, stack: string): string {
  return join(stacksFolder(backend, project), `${stack}.json`);
}

/** The names of a project's stacks, in alphabetical order. */
export async function listStacks(backend: Backend, project: string): Promise<string[]> {
  const files = await readdir(stacksFolder(backend, project)).catch(() => []);
  return files
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length))
    .sort();
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
  if (state === undefined)
    throw new EngineFailure(`no stack named '${stack}' found`, exitCodes.stackNotFound);
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
