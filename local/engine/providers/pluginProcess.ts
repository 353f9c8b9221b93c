import { accessSync, constants, statSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { EngineFailure, messageOf } from "../failure.ts";
import type { ChildProcesses, Command } from "../processes/childProcesses.ts";
import { ProviderClient } from "./providerClient.ts";

/** The package of resources whose provider is part of the program. */
export const dynamicPackage = "pulumi-nodejs";

/** What a provider process is started with. */
export interface PluginContext {
  readonly processes: ChildProcesses;
  readonly engineAddress: string;
  readonly programFolder: string;
  readonly env: NodeJS.ProcessEnv;
  /** Called with each line the process prints after its port. */
  readonly onLine: (line: string) => void;
}

/** Starts the provider process of a package and waits until it listens. */
export async function startPlugin(packageName: string, context: PluginContext): Promise<ProviderClient> {
  const command =
    packageName === dynamicPackage
      ? dynamicProviderCommand(context)
      : executableCommand(packageName, context);
  return new ProviderClient(await listeningPort(packageName, command, context));
}

function dynamicProviderCommand(context: PluginContext): Command {
  const script = resolveFromProgram(context.programFolder, "@pulumi/pulumi/cmd/dynamic-provider");
  return {
    file: process.execPath,
    arguments: [script, context.engineAddress],
    cwd: context.programFolder,
    env: context.env,
  };
}

function executableCommand(packageName: string, context: PluginContext): Command {
  const name = `pulumi-resource-${packageName}`;
  const file = (context.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(isExecutable);
  if (file === undefined) {
    throw new EngineFailure(
      `no resource plugin '${name}' found on the $PATH: the local engine does not download plugins`,
    );
  }
  return { file, arguments: [context.engineAddress], cwd: context.programFolder, env: context.env };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The path of a module as the program sees it. */
export function resolveFromProgram(programFolder: string, module: string): string {
  try {
    return createRequire(join(programFolder, "noop.js")).resolve(module);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    throw new EngineFailure(
      `${module} was not found from ${programFolder}: it looks like the Pulumi SDK has not been installed`,
    );
  }
}

async function listeningPort(packageName: string, command: Command, context: PluginContext): Promise<number> {
  const errors: string[] = [];
  return await new Promise<number>((resolve, reject) => {
    let listening = false;
    const child = context.processes.start(command, (line, stream) => {
      if (!listening && stream === "stdout") {
        const port = Number(line.trim());
        if (Number.isInteger(port) && port > 0 && port < 65_536) {
          listening = true;
          resolve(port);
        } else {
          reject(new EngineFailure(`the ${packageName} plugin did not print its port, but: ${line}`));
        }
        return;
      }
      if (!listening) errors.push(line);
      context.onLine(line);
    });
    child.ended.then(
      ({ code, signal }) => {
        const reason = errors.length > 0 ? `: ${errors.join("\n")}` : "";
        reject(
          new EngineFailure(
            `the ${packageName} plugin ended (${signal ?? `exit code ${code}`}) before it was ready${reason}`,
          ),
        );
      },
      (error: unknown) =>
        reject(new EngineFailure(`could not start the ${packageName} plugin: ${messageOf(error)}`)),
    );
  });
}
