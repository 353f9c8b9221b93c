import path from "node:path";
import type { Pipeline } from "./answers.ts";
import { GITHUB_WORKFLOW, githubWorkflow } from "./githubWorkflow.ts";
import { GITLAB_FILE, gitlabFile } from "./gitlabJob.ts";
import { OPERATOR_STACK, operatorStack } from "./operatorStack.ts";
import type { Plan } from "./plan.ts";
import { programFiles } from "./programFiles.ts";
import { ignoredFiles, packageFile, projectFile, stackSettings } from "./projectFiles.ts";
import { SYSTEMD_SERVICE, SYSTEMD_TIMER, systemdService, systemdTimer } from "./systemdUnits.ts";

/** A file to be written. */
export interface PlannedFile {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
}

/** Every file that `init` writes: the same plan gives the same files. */
export async function filesOf(plan: Plan): Promise<readonly PlannedFile[]> {
  const project = [
    ["Pulumi.yaml", projectFile(plan)],
    [`Pulumi.${plan.stack}.yaml`, stackSettings(plan)],
    ...(await programFiles(plan)),
    ["package.json", packageFile(plan)],
    [".gitignore", ignoredFiles(plan)],
  ] as const;
  return [
    ...project.map(([file, text]) => ({ path: path.posix.join(plan.folder, file), text })),
    ...PIPELINE_FILES[plan.pipeline](plan),
  ];
}

const PIPELINE_FILES: Readonly<Record<Pipeline, (plan: Plan) => readonly PlannedFile[]>> = {
  github: (plan) => [{ path: GITHUB_WORKFLOW, text: githubWorkflow(plan) }],
  gitlab: (plan) => [{ path: GITLAB_FILE, text: gitlabFile(plan) }],
  operator: (plan) => [{ path: inFolder(plan, OPERATOR_STACK), text: operatorStack(plan) }],
  systemd: (plan) => [
    { path: inFolder(plan, SYSTEMD_SERVICE), text: systemdService(plan) },
    { path: inFolder(plan, SYSTEMD_TIMER), text: systemdTimer() },
  ],
  none: () => [],
};

function inFolder({ folder }: Plan, file: string): string {
  return path.posix.join(folder, file);
}
