import { copyFile, link, mkdir, readdir, readFile, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { EngineFailure, exitCodes, messageOf } from "../failure.ts";
import { writeFileAtomically } from "./atomicFile.ts";
import type { DeploymentJson } from "./deploymentJson.ts";

/** A folder of state files in the layout of the CLI's `file://` backend. */
export interface Backend {
  readonly url: string;
  readonly folder: string;
}

interface Checkpoint {
  version: number;
  checkpoint: { stack: string; latest?: DeploymentJson };
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

function statePath(backend: Backend, project: string, stack: string): string {
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

/** The last deployment of a stack (empty for a new one); fails when there is no such stack. */
export async function readDeployment(
  backend: Backend,
  project: string,
  stack: string,
): Promise<DeploymentJson> {
  const path = statePath(backend, project, stack);
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT")
      throw new EngineFailure(`no stack named '${stack}' found`, exitCodes.stackNotFound);
    throw error;
  });
  const file = JSON.parse(text) as Checkpoint;
  if (file.version !== 3 && file.checkpoint?.latest !== undefined) {
    throw new EngineFailure(
      `the state file of stack '${stack}' has format version ${file.version}; only 3 is supported`,
    );
  }
  return file.checkpoint.latest ?? {};
}

/** Replaces the last deployment of a stack; the one before is kept beside it with the ending `.bak`. */
export async function writeDeployment(
  backend: Backend,
  project: string,
  stack: string,
  deployment: DeploymentJson,
): Promise<void> {
  const path = statePath(backend, project, stack);
  const checkpoint: Checkpoint = {
    version: 3,
    checkpoint: { stack: qualifiedName(project, stack), latest: deployment },
  };
  try {
    await ensureLayout(backend);
    await mkdir(stacksFolder(backend, project), { recursive: true });
    await keepBackup(path);
    await writeFileAtomically(path, JSON.stringify(checkpoint));
    // The CLI keeps checksums beside its files; one of an older content would be wrong.
    await Promise.all(
      [`${path}.attrs`, `${path}.bak.attrs`].map((attributes) => rm(attributes, { force: true })),
    );
  } catch (error) {
    throw new EngineFailure(`could not write the state file ${path}: ${messageOf(error)}`);
  }
}

// A second name for the file as it is: the write that follows gives the first name to a new file.
async function keepBackup(path: string): Promise<void> {
  await rm(`${path}.bak`, { force: true });
  await link(path, `${path}.bak`).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return;
    // Not every file system knows hard links.
    await copyFile(path, `${path}.bak`);
  });
}

/** Forgets a stack, its backup included. */
export async function removeStack(backend: Backend, project: string, stack: string): Promise<void> {
  const path = statePath(backend, project, stack);
  for (const ending of ["", ".attrs", ".bak", ".bak.attrs"]) await rm(`${path}${ending}`, { force: true });
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
