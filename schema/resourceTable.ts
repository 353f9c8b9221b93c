import { markdownTable } from "markdown-table";
import { DerivedOutputs } from "../provider/lifecycle/derivedOutputs.ts";
import { type DeclaredKind, resourceTypes } from "./kindFiles.ts";
import { between } from "./place.ts";
import { docs } from "./sdkDocs.ts";

export const README = "README.md";

/** What every resource has, which the text above the table says. */
const OF_ALL = ["keepers", "rotate", "rotatesAt"];

/** README.md with the table of all resources, in the place of the one that it has. */
export function withResourceTable(text: string, kinds: readonly DeclaredKind[]): string {
  const types = kinds.flatMap(({ kind }) => resourceTypes(kind).map((type) => [type, kind] as const));
  const plainFirst = types.toSorted(([a, one], [b, other]) => +(a !== one.type) - +(b !== other.type));
  const rows = plainFirst.map((each) => row(...each));
  return between(text, "resources", markdownTable([["resource", "arguments", "outputs"], ...rows]));
}

function row(type: string, kind: DeclaredKind["kind"]): string[] {
  const isRotating = type !== kind.type;
  const secrets = [...new DerivedOutputs(kind, isRotating).secrets, "current", "previous"];
  const fields = Object.entries(
    kind.inputs.shape as Record<string, { safeParse(value: undefined): { success: boolean } }>,
  );
  const args = fields
    .filter(([name]) => !OF_ALL.includes(name))
    .map(([name, field]) => `${name}${field.safeParse(undefined).success ? "?" : ""}`);
  const { computed, properties } = docs.of(type);
  const outputs = properties
    .filter(({ name }) => !OF_ALL.includes(name))
    .map(({ name, isOptional }) => {
      return `${name}${isOptional ? "?" : ""}${secrets.includes(name) ? " S" : ""}`;
    });
  const all = ["id", ...outputs, ...computed.map((name) => `${name} S`)];
  return [
    `\`${type.replace(":", ".")}\``,
    isRotating ? `as ${kind.type.split(":")[1]}, overlap?, retire?` : args.join(", "),
    (isRotating ? all.slice(1) : all).join(", "),
  ];
}
