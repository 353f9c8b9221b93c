import { readFile } from "node:fs/promises";
import { packageFile } from "../packageFolder.cjs";
import { LANGUAGE_SETUPS } from "./languageSetup.ts";
import { handsToFiles, type Plan } from "./plan.ts";
import { CONSUMERS, program } from "./program.ts";
import { fromTemplate, readTemplates } from "./templates.ts";

type NamedText = readonly [file: string, text: string];

/** The program, and what is its own: the consumers that it hands the key to, or the files that name its dependencies. */
export async function programFiles(plan: Plan): Promise<readonly NamedText[]> {
  const { language } = plan;
  const setup = LANGUAGE_SETUPS[language];
  if (language === "yaml") return [];
  if (language === "typescript")
    return [
      [setup.program, program(plan)],
      ...(await copies("pipeline", handsToFiles(plan) ? CONSUMERS : [])),
    ];
  return [
    [setup.program, fromTemplate(await readTemplates(), plan, language)],
    ...(await copies(`languages/${language}`, setup.dependencies)),
  ];
}

function copies(example: string, files: readonly string[]): Promise<NamedText[]> {
  return Promise.all(
    files.map(
      async (file) => [file, await readFile(packageFile(`examples/${example}/${file}`), "utf8")] as const,
    ),
  );
}
