import { readFileSync } from "node:fs";
import { exampleProgram } from "./exampleProgram.ts";
import { type DeclaredKind, resourceTypes } from "./kindFiles.ts";

export const PROGRAMS = "schema/programs.json";

/** A program by its language. */
export type Program = Readonly<Record<string, string>>;

/** The example of each resource in every language. Those that are not YAML come from Pulumi's generators, by that one. */
export const programs = (): Readonly<Record<string, Program>> =>
  JSON.parse(readFileSync(new URL(`../${PROGRAMS}`, import.meta.url), "utf8"));

/** The examples in YAML, by the type of their resource. */
function yamlPrograms(kinds: readonly DeclaredKind[]): Readonly<Record<string, string>> {
  const types = kinds.flatMap(({ kind }) => resourceTypes(kind));
  return Object.fromEntries(types.map((type) => [type, exampleProgram(type)]));
}

/** Whether an example was edited since they were translated. */
export function areTranslated(kinds: readonly DeclaredKind[]): boolean {
  const translated = Object.entries(programs()).map(([type, { yaml }]) => [type, yaml]);
  return JSON.stringify(Object.fromEntries(translated)) === JSON.stringify(yamlPrograms(kinds));
}

/** Translates the examples again. */
export async function translatedPrograms(kinds: readonly DeclaredKind[]): Promise<string> {
  // What runs only where something was edited.
  const { translatePrograms } = await import("../tools/pulumi/generateSdks.ts");
  const yaml = yamlPrograms(kinds);
  const translated = await translatePrograms(yaml);
  const all = Object.entries(yaml).map(([type, text]) => [type, { ...translated[type], yaml: text }]);
  return `${JSON.stringify(Object.fromEntries(all), undefined, 2)}\n`;
}
