import { LANGUAGES } from "../cli/languages.ts";
import { ADOPTED, adoptedKinds, adoptionName, adoptionPrograms } from "./adoptionPrograms.ts";
import type { DeclaredKind } from "./kindFiles.ts";
import { programs } from "./programs.ts";

export const ADOPTION_TEMPLATES = "cli/scan/adoptionTemplates.ts";

/** The module that has the templates of `iam-keys scan --adopt`: what Pulumi's generators wrote, taken apart. */
export function adoptionTemplates(kinds: readonly DeclaredKind[]): string {
  const sources = adoptionPrograms(kinds);
  const types = adoptedKinds(kinds).map(({ type }) => type);
  const templates = Object.keys(LANGUAGES).map((language) => {
    const textOf = (name: string) => textIn(language, name, sources);
    return [language, template(textOf, types)];
  });
  return `// Written by \`npm run schema\`, out of what Pulumi's generators make of a program that adopts keys.
import type { Language } from "../languages.ts";

/** How a language writes a program that adopts keys. Words in capitals stand for what differs from key to key. */
export interface Template {
  /** The lines before the first key, each with the kinds of keys that need it. Absent: all do. */
  readonly head: readonly { readonly text: string; readonly types?: readonly string[] }[];
  /** The lines of a key, by its kind, and the first line of the program's first key if it is another one. */
  readonly keys: Readonly<Record<string, { readonly lines: readonly string[]; readonly opening?: string }>>;
  readonly tail: readonly string[];
}

export const TEMPLATES: Readonly<Record<Language, Template>> = ${JSON.stringify(Object.fromEntries(templates))};
`;
}

function textIn(language: string, name: string, sources: Readonly<Record<string, string>>): string {
  // The package for TypeScript programs is not the one that the generator knows.
  if (language === "typescript") return sources[name] ?? "";
  const text = programs()[name]?.[language] ?? "";
  // So is a program's own package in Java: the quickstart has none.
  if (language === "java") return text.replace(/^package .*;\n\n/, "");
  return language === "yaml" ? quoted(text) : text;
}

/** Names and values may be any text. */
function quoted(yaml: string): string {
  return yaml
    .replaceAll(/^( *)(\w+):$/gm, (line, indent, key) =>
      key.startsWith(ADOPTED) ? `${indent}"${key}":` : line,
    )
    .replaceAll(/: ([A-Z]+)$/gm, ': "$1"');
}

function template(textOf: (name: string) => string, types: readonly string[]) {
  const parts = Object.fromEntries(types.map((type) => [type, partsOf(textOf(adoptionName(type)))]));
  const all = linesOf(textOf(adoptionName()));
  const head = all.slice(0, placeOf(1, all)).map((text) => {
    const those = types.filter((type) => parts[type]?.head.includes(text));
    return those.length === types.length ? { text } : { text, types: those };
  });
  const keys = Object.entries(parts).map(([type, { first, later }]) => [type, keyTemplate(first, later)]);
  return { head, keys: Object.fromEntries(keys), tail: parts[types[0] ?? ""]?.tail ?? [] };
}

/** Only the first line may declare a variable that later keys use again. */
function keyTemplate([opening = "", ...rest]: readonly string[], lines: readonly string[]) {
  if (rest.join("\n") !== lines.slice(1).join("\n"))
    throw new Error(`The first key of a program differs in more than its first line: ${opening}`);
  return opening === lines[0] ? { lines } : { lines, opening };
}

/** A program of three keys: what is before, of, between and after them. */
function partsOf(text: string) {
  const lines = linesOf(text);
  const [first = 0, second = 0, third = 0] = [1, 2, 3].map((number) => placeOf(number, lines));
  const keyIn = (from: number, to: number) =>
    lines
      .slice(from, to)
      .filter((line) => line !== "")
      .map((line) => line.replaceAll(new RegExp(`${ADOPTED}\\d`, "g"), ADOPTED));
  return {
    head: lines.slice(0, first),
    first: keyIn(first, second),
    later: keyIn(second, third),
    tail: lines.slice(third + (third - second)),
  };
}

function linesOf(text: string): string[] {
  return text.trimEnd().split("\n");
}

function placeOf(number: number, lines: readonly string[]): number {
  return lines.findIndex((line) => line.includes(`"${ADOPTED}${number}"`));
}
