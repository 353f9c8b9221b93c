import { redact } from "../../provider/redact.ts";
import type { Language } from "../languages.ts";
import { plain } from "../words.ts";
import { TEMPLATES } from "./adoptionTemplates.ts";
import { type FoundKey, isRoot } from "./foundKey.ts";

const INTRODUCTION = [
  '"paused" keeps the keys as they are. Remove it once everybody who uses a key reads it from this stack.',
  "Also give adopt.secret, from the stack's config: without it, the secret is known only after the first rotation.",
];

/**
 * The text of a program that takes keys over: those that carry no resource's name, and those that are named.
 *
 * @param named the ids that are on the command line
 */
export function adoptionText(
  keys: readonly FoundKey[],
  named: readonly string[],
  language: Language = "typescript",
): string {
  const { head, keys: resources, tail } = TEMPLATES[language];
  const adopted = keys.filter((key) => reasonAgainst(key, named) === undefined);
  const [first] = adopted;
  const linesOf = (key: FoundKey) => {
    const { lines, opening } = resources[key.type] ?? { lines: [] };
    const own = key === first && opening !== undefined ? [opening, ...lines.slice(1)] : lines;
    return filled(own, valuesOf(key, language), adopted.indexOf(key) + 1);
  };
  const [indent = ""] = /^\s*/.exec(first ? (linesOf(first)[0] ?? "") : "") ?? [];
  const mark = `${["python", "yaml"].includes(language) ? "#" : "//"} `;
  const parts = keys.map((key) => {
    const against = reasonAgainst(key, named);
    const remarks = against === undefined ? warnings(key) : [`${key.id} is left out: ${against}.`];
    return [
      ...remarks.map((remark) => indent + mark + plain(remark)),
      ...(against === undefined ? linesOf(key) : []),
    ].join("\n");
  });
  if (!first) return [...parts, `${mark}There is no key to take over.`].join("\n");
  const types = new Set(adopted.map(({ type }) => type));
  const needed = head.filter(({ types: those }) => those?.some((type) => types.has(type)) ?? true);
  return [
    ...INTRODUCTION.map((line) => mark + line),
    "",
    ...needed.map(({ text }) => text),
    parts.join("\n\n"),
    ...tail,
  ].join("\n");
}

/** Why no resource is to take the key over. */
function reasonAgainst(key: FoundKey, named: readonly string[]): string | undefined {
  if (isRoot(key.account)) return "no resource can hold a key of the root user. Delete that key";
  if (key.owner === undefined || named.includes(key.id)) return undefined;
  return `it carries the name of ${key.owner}`;
}

function warnings({ owner, account, isOneOfTwo }: FoundKey): string[] {
  return [
    ...(owner === undefined
      ? []
      : [`It carries the name of ${owner}: take it over only if that resource no longer exists.`]),
    ...(isOneOfTwo
      ? [
          `AWS allows user ${account.id} no third key: no rotation is possible before one of the two is deleted.`,
        ]
      : []),
  ];
}

/** What stands for the words of a template, as text of that language. Absent: the key has no such thing. */
function valuesOf({ id, account, description, listed }: FoundKey, language: Language) {
  const texts: Readonly<Record<string, unknown>> = {
    adopted: `${account.name ?? account.id}-${id}`,
    ACCOUNT: account.id,
    ID: id,
    DESCRIPTION: description === "" ? undefined : description,
    KEYALGORITHM: listed?.keyAlgorithm,
    EXPIRESAT: listed?.expiresAt,
  };
  const write = (text: unknown) => {
    if (typeof text !== "string") return undefined;
    // In YAML, that would be the output of a resource.
    return quoted(language === "yaml" ? text.replaceAll("${", () => "$${") : text);
  };
  return new Map(Object.entries(texts).map(([word, text]) => [word, write(text)]));
}

/** @param number of the key, by which its variable is told from others */
function filled(
  lines: readonly string[],
  values: ReadonlyMap<string, string | undefined>,
  number: number,
): string[] {
  const isAbsent = (line: string) =>
    [...line.matchAll(/"(\w+)"/g)].some(
      ([, word = ""]) => values.has(word) && values.get(word) === undefined,
    );
  return lines
    .filter((line) => !isAbsent(line))
    .map((line) =>
      line.replaceAll(/"(\w+)"|\badopted\b/g, (text, word) =>
        word === undefined ? `key${number}` : (values.get(word) ?? text),
      ),
    );
}

/** As a string of each of the languages, in which nothing steers a terminal or hides from who reads it. */
function quoted(text: string): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  // Half a character is one of few things that the languages write differently.
  const whole = Buffer.from(redact(text)).toString();
  return JSON.stringify(whole).replace(/[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, escaped);
}
