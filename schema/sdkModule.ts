import { type DeclaredKind, resourceTypes } from "./kindFiles.ts";
import { docs, summaryOf } from "./sdkDocs.ts";

type Cloud = "aws" | "yandex";

/** What a cloud has beside resources. */
const FUNCTIONS: Readonly<Record<Cloud, string>> = {
  aws: "",
  yandex: 'export { type GetIamTokenArgs, getIamToken } from "./yandex/getIamToken.ts";',
};

/** The module of `sdk` that a program knows a cloud by: its classes, typed for wherever their secrets go. */
export function sdkModule(cloud: Cloud, kinds: readonly DeclaredKind[]): string {
  const own = kinds.filter(({ kind }) => kind.type.startsWith(`${cloud}:`));
  const types = own.flatMap(({ kind }) => resourceTypes(kind));
  return `// Written by \`npm run schema\`, out of the kinds and their classes.
import type { RotatingSinkable, Sinkable } from "./sinks.ts";
${types.map(imported).join("\n")}
${FUNCTIONS[cloud]}
${types.map(interfaces).join("\n")}

// An editor shows the comment of a constructor where one is called, and these at every other name.

${own.flatMap(({ kind }) => resourceTypes(kind).map((type) => exported(type, kind))).join("\n")}`;
}

function imported(type: string): string {
  return `import { ${className(type)} as ${className(type)}Class } from "${fileOf(type)}";`;
}

function interfaces(type: string): string {
  return `export type { ${docs.interfacesBeside(type).join(", ")} } from "${fileOf(type)}";`;
}

function exported(type: string, kind: DeclaredKind["kind"]): string {
  const name = className(type);
  const { computed, description } = docs.of(type);
  const { derived = {}, idOutput, secretOutputs } = kind;
  const fromSecrets = Object.keys(derived).filter((output) => derived[output]?.isSecret);
  const key = type === kind.type ? [] : [`import("${fileOf(type)}").${className(kind.type)}Outputs`];
  const parts = [
    `typeof ${name}Class`,
    ...key,
    union(secretOutputs),
    union([...fromSecrets, ...computed]),
    union(idOutput === undefined ? [] : [idOutput]),
  ];
  return `
/** ${summaryOf(description)}. */
export const ${name}: ${type === kind.type ? "" : "Rotating"}Sinkable<${parts.join(", ")}> = ${name}Class as never;
export type ${name} = ${name}Class;
`;
}

function union(names: readonly string[]): string {
  return names.length === 0 ? "never" : names.map((name) => JSON.stringify(name)).join(" | ");
}

function className(type: string): string {
  return type.split(":")[1] ?? "";
}

/** "./yandex/staticAccessKey.ts". */
function fileOf(type: string): string {
  const [cloud] = type.split(":");
  const file = className(type).replace(/^[A-Z]/, (letter) => letter.toLowerCase());
  return `./${cloud}/${file}.ts`;
}
