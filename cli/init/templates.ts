import { readFile } from "node:fs/promises";
import type { PluginLanguage } from "../languages.ts";
import { packageFile } from "../packageFolder.cjs";
import { LANGUAGE_SETUPS } from "./languageSetup.ts";
import type { Plan } from "./plan.ts";
import { remark } from "./remark.ts";

/** The programs in the languages of the plugin, by the type of their key; Pulumi's generators wrote them. */
export const TEMPLATES = "examples/languages/templates.json";

/** Those that are written by a template; a program in YAML is a part of its Pulumi.yaml. */
export type TemplateLanguage = Exclude<PluginLanguage, "yaml">;

export type Templates = Readonly<Record<string, Readonly<Record<TemplateLanguage, string>>>>;

/** What stands in them, in quotation marks, for what a person decides. The variable, too, has the name of the resource. */
export const PLACEHOLDERS = { name: "key", every: "{{every}}", overlap: "{{overlap}}" } as const;

const NAMES = Object.keys(PLACEHOLDERS) as (keyof typeof PLACEHOLDERS)[];

export async function readTemplates(): Promise<Templates> {
  return JSON.parse(await readFile(packageFile(TEMPLATES), "utf8"));
}

/** The program in that language. The values consist of letters, digits, '-', '_' and '.', which every language writes alike. */
export function fromTemplate(templates: Templates, plan: Plan, language: TemplateLanguage): string {
  const template = templates[plan.kind]?.[language] ?? "";
  const program = NAMES.reduce<string>(
    (text, name) => text.replaceAll(quoted(PLACEHOLDERS[name]), quoted(plan[name])),
    template,
  );
  return `${remark(LANGUAGE_SETUPS[language].comment)}\n${program}`;
}

function quoted(text: string): string {
  return `"${text}"`;
}
