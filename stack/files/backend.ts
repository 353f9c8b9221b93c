import { readdir, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { StackFailure, StackNotFound } from "./failure.ts";

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
    throw new StackFailure(
      `only the Pulumi CLI reads other states than those in a folder: PULUMI_BACKEND_URL must be file://…, not ${url}`,
    );
  }
  const path = url.slice("file://".length);
  if (path === "~" || path.startsWith("~/")) return { url, folder: join(homedir(), path.slice(1)) };
  return { url, folder: path.startsWith("/") ? fileURLToPath(url) : resolve(path) };
}

/** The folder of everything a backend holds. */
export function bookkeepingFolder(backend: Backend): string {
  return join(backend.folder, ".pulumi");
}

/** The folder of the state files of a project. */
function stacksFolder(backend: Backend, project: string): string {
  return join(bookkeepingFolder(backend), "stacks", project);
}

/** The names of a project's stacks, in alphabetical order. */
export async function listStacks(backend: Backend, project: string): Promise<string[]> {
  const files = await readdir(stacksFolder(backend, project)).catch(() => []);
  return files
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length))
    .sort();
}

/** The state file of a stack. */
export function statePath(backend: Backend, project: string, stack: string): string {
  return join(stacksFolder(backend, project), `${stack}.json`);
}

/** What the state file of a stack holds. */
export async function readStateFile(backend: Backend, project: string, stack: string): Promise<Uint8Array> {
  return await readFile(statePath(backend, project, stack)).catch((error: NodeJS.ErrnoException) => {
    throw error.code === "ENOENT" ? noSuchStack(stack) : error;
  });
}

/** What to throw where there is no state file. */
export function noSuchStack(stack: string): StackNotFound {
  return new StackNotFound(`no stack named '${stack}' found`);
}
