import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { EngineFailure, exitCodes } from "../failure.ts";
import { writeFileAtomically } from "../state/atomicFile.ts";
import { type Backend, qualifiedName } from "../state/backend.ts";
import { homeFolder } from "./homeFolder.ts";
import type { Project } from "./projectFile.ts";

interface Workspace {
  stacks?: Record<string, string>;
}

function workspacePath(project: Project, env: NodeJS.ProcessEnv): string {
  const hash = createHash("sha1").update(project.file).digest("hex");
  return join(homeFolder(env), "workspaces", `${project.name}-${hash}-workspace.json`);
}

async function readWorkspace(path: string): Promise<Workspace> {
  const text = await readFile(path, "utf8").catch(() => "{}");
  return JSON.parse(text) as Workspace;
}

/** The stack to work on: the one asked for, else PULUMI_STACK, else the one last selected in this project. */
export async function currentStack(
  project: Project,
  backend: Backend,
  asked: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const selected = await selectedStack(project, backend, env);
  const name = asked ?? (env.PULUMI_STACK === "" ? undefined : env.PULUMI_STACK) ?? selected;
  if (name === undefined) {
    throw new EngineFailure(
      "no stack selected; please use `pulumi stack select` or `pulumi stack init` to choose one",
      exitCodes.stackNotFound,
    );
  }
  return stackName(project, name);
}

/** The stack last selected in this project, if any. */
export async function selectedStack(
  project: Project,
  backend: Backend,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const workspace = await readWorkspace(workspacePath(project, env));
  return workspace.stacks?.[backend.url]?.split("/").at(-1);
}

/** Remembers a stack as the selected one, or none. */
export async function selectStack(
  project: Project,
  backend: Backend,
  stack: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const path = workspacePath(project, env);
  const { stacks = {}, ...rest } = await readWorkspace(path);
  const { [backend.url]: _, ...others } = stacks;
  const chosen = stack === undefined ? {} : { [backend.url]: qualifiedName(project.name, stack) };
  await writeFileAtomically(path, JSON.stringify({ ...rest, stacks: { ...others, ...chosen } }, null, 4));
}

/** The bare name of a stack given as `stack`, `organization/stack` or `organization/project/stack`. */
export function stackName(project: Project, given: string): string {
  const parts = given.split("/");
  const name = parts.at(-1) ?? "";
  if (parts.length > 1 && parts[0] !== "organization") {
    throw new EngineFailure("organization name must be 'organization' for a file backend");
  }
  if (parts.length === 3 && parts[1] !== project.name) {
    throw new EngineFailure(`stack ${given} belongs to project ${parts[1]}, not to ${project.name}`);
  }
  if (!/^[A-Za-z0-9_.-]{1,100}$/.test(name)) {
    throw new EngineFailure(
      `invalid stack name '${name}': it may only contain alphanumeric, hyphens, underscores, or periods`,
    );
  }
  return name;
}
