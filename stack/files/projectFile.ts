import { existsSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { type DeclaredKey, readDeclaredConfig } from "./declaredConfig.ts";
import { StackFailure } from "./failure.ts";
import { contentOf, parseYaml } from "./givenText.ts";
import { requireName } from "./names.ts";

/** A Pulumi project, as its Pulumi.yaml describes it to whoever does not run it. */
export interface ProjectFile {
  readonly name: string;
  /** The folder of Pulumi.yaml. */
  readonly root: string;
  readonly file: string;
  /** The folder the program runs in. */
  readonly programFolder: string;
  /** The program inside that folder: a file, or `.` for what its package.json names. */
  readonly entryPoint: string;
  /** The configuration that the project declares. */
  readonly declaredConfig: readonly DeclaredKey[];
  /** All that Pulumi.yaml says. */
  readonly content: Readonly<Record<string, unknown>>;
}

/** Reads the project of a folder, or of the nearest folder above it that has a Pulumi.yaml. */
export async function readProjectFile(folder: string): Promise<ProjectFile> {
  const file = findProjectFile(resolve(folder));
  const root = dirname(file);
  const content = asObject(contentOf(parseYaml(await readFile(file, "utf8"), file), file), file);
  const name = content.name;
  if (typeof name !== "string" || name === "")
    throw new StackFailure(`${file}: project is missing a 'name' attribute`);
  requireName("project", name);
  return {
    name,
    root,
    file,
    ...locateProgram(root, content.main, file),
    declaredConfig: readDeclaredConfig(asObject(content.config ?? {}, `${file}: config`), name),
    content,
  };
}

function findProjectFile(folder: string): string {
  for (const name of ["Pulumi.yaml", "Pulumi.yml"]) {
    const path = join(folder, name);
    if (existsSync(path)) return path;
  }
  const parent = dirname(folder);
  if (parent === folder) {
    throw new StackFailure(
      "no Pulumi.yaml project file found (searching upwards from the working directory)",
    );
  }
  return findProjectFile(parent);
}

function locateProgram(
  root: string,
  main: unknown,
  file: string,
): { programFolder: string; entryPoint: string } {
  if (main === undefined || main === "") return { programFolder: root, entryPoint: "." };
  if (typeof main !== "string") throw new StackFailure(`${file}: 'main' must be a string`);
  const path = resolve(root, main);
  if (!existsSync(path)) throw new StackFailure(`${file}: 'main' names ${main}, which does not exist`);
  if (statSync(path).isDirectory()) return { programFolder: path, entryPoint: "." };
  return { programFolder: dirname(path), entryPoint: basename(path) };
}

/** The value, which must be a map. */
export function asObject(value: unknown, label: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new StackFailure(`${label}: expected a map`);
}
