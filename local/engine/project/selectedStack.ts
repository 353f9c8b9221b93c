import type { Backend } from "../../../stack/files/backend.ts";
import { readWorkspace, workspacePath } from "../../../stack/files/selectedStack.ts";
import { writeFileAtomically } from "../state/atomicFile.ts";
import { qualifiedName } from "../state/backend.ts";
import type { Project } from "./projectFile.ts";

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
