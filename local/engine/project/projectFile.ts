import { asObject, type ProjectFile, readProjectFile } from "../../../stack/files/projectFile.ts";
import { EngineFailure } from "../failure.ts";

/** A Pulumi project with all that it takes to run it. */
export interface Project extends ProjectFile {
  readonly typescript: boolean;
  readonly tsconfig: string | undefined;
  readonly nodeArguments: readonly string[];
  /** Whether every run begins with a refresh, unless the command line says otherwise. */
  readonly refreshesAlways: boolean;
}

/** Reads the project of a folder, or of the nearest folder above it that has a Pulumi.yaml. */
export async function readProject(folder: string): Promise<Project> {
  const project = await readProjectFile(folder);
  const { file, content } = project;
  const { runtimeName, options } = readRuntime(content.runtime, file);
  if (runtimeName !== "nodejs") {
    throw new EngineFailure(`${file}: the local engine runs the nodejs runtime only, not '${runtimeName}'`);
  }
  return {
    ...project,
    typescript: optionOf(options, "typescript", "boolean", file) ?? true,
    tsconfig: optionOf(options, "tsconfig", "string", file),
    nodeArguments: splitWords(optionOf(options, "nodeargs", "string", file) ?? ""),
    refreshesAlways: readRefreshOption(content.options, file),
  };
}

function readRuntime(
  runtime: unknown,
  file: string,
): { runtimeName: unknown; options: Record<string, unknown> } {
  if (typeof runtime === "string") return { runtimeName: runtime, options: {} };
  const { name, options } = asObject(runtime, `${file}: runtime`);
  return {
    runtimeName: name,
    options: options === undefined ? {} : asObject(options, `${file}: runtime.options`),
  };
}

function readRefreshOption(options: unknown, file: string): boolean {
  const refresh = options === undefined ? undefined : asObject(options, `${file}: options`).refresh;
  if (refresh === undefined || refresh === "always") return refresh === "always";
  throw new EngineFailure(`${file}: options.refresh must be 'always' or absent, not '${String(refresh)}'`);
}

function optionOf(
  options: Record<string, unknown>,
  name: string,
  type: "boolean",
  file: string,
): boolean | undefined;
function optionOf(
  options: Record<string, unknown>,
  name: string,
  type: "string",
  file: string,
): string | undefined;
function optionOf(options: Record<string, unknown>, name: string, type: string, file: string): unknown {
  const value = options[name];
  if (value !== undefined && typeof value !== type)
    throw new EngineFailure(`${file}: ${name} option must be a ${type}`);
  return value;
}

// Splits as a shell does: white space separates, quotes keep together.
function splitWords(text: string): string[] {
  const words = text.match(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g) ?? [];
  return words.map((word) => word.replaceAll(/"([^"]*)"|'([^']*)'/g, "$1$2"));
}
