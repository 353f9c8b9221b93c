import { VERSION } from "../../provider/version.ts";
import { LANGUAGE_SETUPS } from "./languageSetup.ts";
import { hasKeyOfItsOwn, type Plan } from "./plan.ts";
import { RUNS_KEY_FILE } from "./program.ts";
import { remark } from "./remark.ts";
import { yamlProgram } from "./yamlProgram.ts";
import { yamlText } from "./yamlText.ts";

/** Pulumi.yaml. A program in YAML is a part of it. */
export function projectFile(plan: Plan): string {
  const { project, facts, language } = plan;
  const { runtime, comment } = LANGUAGE_SETUPS[language];
  const program = language === "yaml" ? `\n${remark(comment)}${yamlProgram(plan)}` : "";
  return `name: ${yamlText(project)}
description: Keys that a schedule rotates and hands to what needs them
runtime:${runtime}
config:
  ${facts.account}:
    type: string
    description: Whose key is rotated
${program}`;
}

/** The settings of the stack; \`pulumi stack init\` adds to them how its secrets are encrypted. */
export function stackSettings(plan: Plan): string {
  const { project, account, facts, language } = plan;
  const setting =
    language === "typescript" ? "yandex:serviceAccountKeyFile" : "iam-keys:yandexServiceAccountKeyFile";
  const ownKey = hasKeyOfItsOwn(plan) ? `  ${setting}: ${RUNS_KEY_FILE}\n` : "";
  return `config:
  ${project}:${facts.account}: ${yamlText(account)}
${ownKey}`;
}

/**
 * What npm installs: the provider in this version or a later one that is compatible. It has the command, too, so that the
 * lock file pins what a pipeline runs, in whatever language the program is.
 */
export function packageFile({ language }: Pick<Plan, "language">): string {
  const content = {
    private: true,
    ...(language === "typescript" && { type: "module", main: LANGUAGE_SETUPS[language].program }),
    dependencies: { "@pulumi/pulumi": "^3.200.0", "pulumi-iam-keys": `^${VERSION}` },
  };
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

/** What git ignores. */
export function ignoredFiles({ language }: Pick<Plan, "language">): string {
  return `# What runs write: keys, files of consumers, reports.
node_modules/
${LANGUAGE_SETUPS[language].ignored.map((path) => `${path}\n`).join("")}${RUNS_KEY_FILE}
*.credentials
report.json
summary.md
`;
}
