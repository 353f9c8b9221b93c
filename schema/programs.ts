import { readFileSync } from "node:fs";
import { adoptionPrograms } from "./adoptionPrograms.ts";
import { exampleProgram, yamlProgram } from "./exampleProgram.ts";
import { initSources } from "./initSources.ts";
import { type DeclaredKind, resourceTypes } from "./kindFiles.ts";

export const PROGRAMS = "schema/programs.json";

/** A program by its language. */
export type Program = Readonly<Record<string, string>>;

/**
 * The example of each resource, each program of `init`, and those that adopt keys, in every language. Those that are not
 * YAML come from Pulumi's generators, by that one.
 */
export const programs = (): Readonly<Record<string, Program>> =>
  JSON.parse(readFileSync(new URL(`../${PROGRAMS}`, import.meta.url), "utf8"));

/** The programs in YAML: the examples by the type of their resource, then those of `init`, and those that adopt keys. */
function yamlPrograms(kinds: readonly DeclaredKind[]): Readonly<Record<string, string>> {
  const types = kinds.flatMap(({ kind }) => resourceTypes(kind));
  const adoptions = Object.entries(adoptionPrograms(kinds));
  return {
    ...Object.fromEntries(types.map((type) => [type, exampleProgram(type)])),
    ...initSources(kinds),
    ...Object.fromEntries(adoptions.map(([name, text]) => [name, yamlProgram(text, name)])),
  };
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
