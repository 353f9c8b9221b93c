import { PLACEHOLDERS } from "../cli/init/templates.ts";
import { programToTranslate } from "../cli/init/yamlProgram.ts";
import { type DeclaredKind, resourceTypes } from "./kindFiles.ts";

/** Nothing else has a name like that in the file of all programs. */
export const nameOfInit = (type: string) => `init ${type}`;

/** The programs of `init` in YAML, with placeholders for what a person decides. */
export function initSources(kinds: readonly DeclaredKind[]): Readonly<Record<string, string>> {
  const sources = kinds.flatMap(({ kind: facts }) =>
    resourceTypes(facts)
      .slice(1)
      .map((kind) => [nameOfInit(kind), programToTranslate({ ...PLACEHOLDERS, kind, facts })] as const),
  );
  return Object.fromEntries(sources);
}
