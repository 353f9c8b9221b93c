import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Backend } from "./backend.ts";
import { StackFailure, StackNotFound } from "./failure.ts";
import { parseJson } from "./givenText.ts";
import { homeFolder } from "./homeFolder.ts";
import { requireName } from "./names.ts";
import { asObject, type ProjectFile } from "./projectFile.ts";

/** What the CLI keeps of a project outside of it: the selected stack by backend. */
export interface Workspace {
  stacks?: Record<string, string>;
}

/** The file of a project's workspace. */
export function workspacePath(project: ProjectFile, env: NodeJS.ProcessEnv): string {
  const hash = createHash("sha1").update(project.file).digest("hex");
  return join(homeFolder(env), "workspaces", `${project.name}-${hash}-workspace.json`);
}

/** What such a file holds; nothing where there is none. */
export async function readWorkspace(path: string): Promise<Workspace> {
  const text = await readFile(path, "utf8").catch(() => "{}");
  return asObject(parseJson(text, path), path) as Workspace;
}

/** The stack to work on: the one asked for, else PULUMI_STACK, else the one last selected in this project. */
export async function currentStack(
  project: ProjectFile,
  backend: Backend,
  asked: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const selected = await selectedStack(project, backend, env);
  const name = asked ?? (env.PULUMI_STACK === "" ? undefined : env.PULUMI_STACK) ?? selected;
  if (name === undefined) {
    throw new StackNotFound(
      "no stack selected; please use `pulumi stack select` or `pulumi stack init` to choose one",
    );
  }
  return stackName(project, name);
}

/** The stack last selected in this project, if any. */
export async function selectedStack(
  project: ProjectFile,
  backend: Backend,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const workspace = await readWorkspace(workspacePath(project, env));
  return workspace.stacks?.[backend.url]?.split("/").at(-1);
}

/** The bare name of a stack given as `stack`, `organization/stack` or `organization/project/stack`. */
export function stackName(project: ProjectFile, given: string): string {
  const parts = given.split("/");
  const name = parts.at(-1) ?? "";
  if (parts.length > 1 && parts[0] !== "organization") {
    throw new StackFailure("organization name must be 'organization' for a file backend");
  }
  if (parts.length === 3 && parts[1] !== project.name) {
    throw new StackFailure(`stack ${given} belongs to project ${parts[1]}, not to ${project.name}`);
  }
  requireName("stack", name);
  return name;
}
