import type { ConfigValue } from "../../../stack/files/stackSettings.ts";
import type { Project } from "../project/projectFile.ts";
import { resolveFromProgram } from "../providers/pluginProcess.ts";
import type { Child, ChildProcesses } from "./childProcesses.ts";

/** What the SDK ends with when it has told the user what is wrong. */
export const alreadyReportedExitCode = 32;

/** How a program is to be run. */
export interface ProgramRun {
  readonly project: Project;
  readonly stack: string;
  readonly config: ReadonlyMap<string, ConfigValue>;
  readonly preview: boolean;
  readonly parallel: number;
  readonly address: string;
  readonly env: NodeJS.ProcessEnv;
  readonly onLine: (line: string) => void;
}

/** Starts the user's program, as the Node.js language host does. */
export function startProgram(processes: ChildProcesses, run: ProgramRun): Child {
  const { project } = run;
  const runner = resolveFromProgram(project.programFolder, "@pulumi/pulumi/cmd/run");
  const flags: [string, string][] = [
    ["monitor", run.address],
    ["engine", run.address],
    ["organization", "organization"],
    ["project", project.name],
    ["root-directory", project.root],
    ["stack", run.stack],
    ["pwd", project.programFolder],
    ["parallel", String(run.parallel)],
  ];
  return processes.start(
    {
      file: process.execPath,
      arguments: [
        ...project.nodeArguments,
        runner,
        ...flags.flatMap(([name, value]) => [`--${name}`, value]),
        ...(run.preview ? ["--dry-run"] : []),
        project.entryPoint,
      ],
      cwd: project.root,
      env: {
        ...run.env,
        ...configEnvironment(run.config),
        ...(project.typescript ? { PULUMI_NODEJS_TYPESCRIPT: "true" } : {}),
        ...(project.tsconfig === undefined ? {} : { PULUMI_NODEJS_TSCONFIG_PATH: project.tsconfig }),
      },
    },
    run.onLine,
  );
}

/** The configuration as the SDK reads it from the environment. */
export function configEnvironment(config: ReadonlyMap<string, ConfigValue>): NodeJS.ProcessEnv {
  const values: Record<string, string> = {};
  for (const [key, { value }] of config) values[key.replace(":", ":config:")] = value;
  const secretKeys = [...config].filter(([, { secret }]) => secret).map(([key]) => key);
  return { PULUMI_CONFIG: JSON.stringify(values), PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(secretKeys) };
}
