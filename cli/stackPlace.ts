import { resolve } from "node:path";
import { readProjectFile } from "../stack/files/projectFile.ts";
import { placeOf } from "../stack/files/urn.ts";
import type { Stack } from "../stack/stack.ts";

/** "project/stack", where the state says so. */
export function nameOfStack({ deployment }: Pick<Stack, "deployment">): string | undefined {
  const { urn } = deployment.resources?.[0] ?? {};
  if (urn === undefined) return undefined;
  const { project, stack } = placeOf(urn);
  return `${project}/${stack}`;
}

/** The folder of the program: settings name files relative to it. */
export async function programFolder(cwd: string): Promise<string> {
  const project = await readProjectFile(resolve(cwd)).catch(() => undefined);
  return project?.programFolder ?? resolve(cwd);
}
