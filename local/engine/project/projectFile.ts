import { existsSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import { EngineFailure } from "../failure.ts";
import { type DeclaredKey, readDeclaredConfig } from "./declaredConfig.ts";

/** A Pulumi project, as its Pulumi.yaml describes it. */
export interface Project {
  readonly name: string;
  /** The folder of Pulumi.yaml. */
  readonly root: string;
  readonly file: string;
  /** The folder the program runs in. */
  readonly programFolder: string;
  /** The program inside that folder: a file, or `.` for what its package.json names. */
  readonly entryPoint: string;
  readonly typescript: boolean;
  readonly tsconfig: string | undefined;
  readonly nodeArguments: readonly string[];
  /** Whether every run begins with a refresh, unless the command line says otherwise. */
  readonly refreshesAlways: boolean;
  /** The configuration that the project declares. */
  readonly declaredConfig: readonly DeclaredKey[];
}

/** Reads the project of a folder, or of the nearest folder above it that has a Pulumi.yaml. */
export async function readProject(folder: string): Promise<Project> {
  const file = findProjectFile(resolve(folder));
  const root = dirname(file);
  const content = asObject(parse(await readFile(file, "utf8")), file);
  const name = content.name;
  if (typeof name !== "string" || name === "")
    throw new EngineFailure(`${file}: project is missing a 'name' attribute`);
  const { runtimeName, options } = readRuntime(content.runtime, file);
  if (runtimeName !== "nodejs") {
    throw new EngineFailure(`${file}: the local engine runs the nodejs runtime only, not '${runtimeName}'`);
  }
  const { programFolder, entryPoint } = locateProgram(root, content.main, file);
  return {
    name,
    root,
    file,
    programFolder,
    entryPoint,
    typescript: optionOf(options, "typescript", "boolean", file) ?? true,
    tsconfig: optionOf(options, "tsconfig", "string", file),
    nodeArguments: splitWords(optionOf(options, "nodeargs", "string", file) ?? ""),
    refreshesAlways: readRefreshOption(content.options, file),
    declaredConfig: readDeclaredConfig(asObject(content.config ?? {}, `${file}: config`), name),
  };
}

function findProjectFile(folder: string): string {
  for (const name of ["Pulumi.yaml", "Pulumi.yml"]) {
    const path = join(folder, name);
    if (existsSync(path)) return path;
  }
  const parent = dirname(folder);
  if (parent === folder) {
    throw new EngineFailure(
      "no Pulumi.yaml project file found (searching upwards from the working directory)",
    );
  }
  return findProjectFile(parent);
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

function locateProgram(
  root: string,
  main: unknown,
  file: string,
): { programFolder: string; entryPoint: string } {
  if (main === undefined || main === "") return { programFolder: root, entryPoint: "." };
  if (typeof main !== "string") throw new EngineFailure(`${file}: 'main' must be a string`);
  const path = resolve(root, main);
  if (!existsSync(path)) throw new EngineFailure(`${file}: 'main' names ${main}, which does not exist`);
  if (statSync(path).isDirectory()) return { programFolder: path, entryPoint: "." };
  return { programFolder: dirname(path), entryPoint: basename(path) };
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

function asObject(value: unknown, label: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new EngineFailure(`${label}: expected a map`);
}
