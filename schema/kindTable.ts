import type { DeclaredKind } from "./kindFiles.ts";

export const KIND_TABLE = "provider/kinds/table.ts";

/** The table by which a process finds the kinds of its stack without loading the others. */
export function kindTable(kinds: readonly DeclaredKind[]): string {
  const loaders = kinds.map(
    ({ name, kind }) => `"${kind.type}": async () => (await import("./${name}.ts")).${name} as Kind,`,
  );
  return `// Written by \`npm run schema\`, out of the files of this folder that declare a kind.
import type { Kind } from "./kind.ts";

/** Every kind by its type; a process loads those that its stack has, and their clients with them. */
export const KINDS: Readonly<Record<string, () => Promise<Kind>>> = {
${loaders.join("\n")}
};

/** The kinds that allow two keys at once. */
export const ROTATABLE = ${typesWhere(kinds, "isRotatable")};

/** The kinds whose keys the rotator for Pulumi ESC makes. */
export const FOR_ESC = ${typesWhere(kinds, "isForEsc")};
`;
}

function typesWhere(kinds: readonly DeclaredKind[], offer: "isRotatable" | "isForEsc"): string {
  return `${JSON.stringify(kinds.flatMap(({ kind }) => (kind[offer] ? kind.type : [])))} as const`;
}
