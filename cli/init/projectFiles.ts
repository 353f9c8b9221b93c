import { VERSION } from "../../provider/version.ts";
import { hasKeyOfItsOwn, type Plan } from "./plan.ts";
import { RUNS_KEY_FILE } from "./program.ts";
import { yamlText } from "./yamlText.ts";

/** Pulumi.yaml. The program needs no compiler: Node.js takes TypeScript as it is. */
export function projectFile({ project, facts }: Pick<Plan, "project" | "facts">): string {
  return `name: ${yamlText(project)}
description: Keys that a schedule rotates and hands to what needs them
runtime:
  name: nodejs
  options:
    typescript: false
config:
  ${facts.account}:
    type: string
    description: Whose key is rotated
`;
}

/** The settings of the stack; \`pulumi stack init\` adds to them how its secrets are encrypted. */
export function stackSettings(plan: Plan): string {
  const { project, account, facts } = plan;
  const ownKey = hasKeyOfItsOwn(plan) ? `  yandex:serviceAccountKeyFile: ${RUNS_KEY_FILE}\n` : "";
  return `config:
  ${project}:${facts.account}: ${yamlText(account)}
${ownKey}`;
}

/** What npm installs: the provider in this version or a later one that is compatible. */
export function packageFile(): string {
  const content = {
    private: true,
    type: "module",
    main: "index.ts",
    dependencies: { "@pulumi/pulumi": "^3.200.0", "pulumi-iam-keys": `^${VERSION}` },
  };
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

/** What git ignores. */
export function ignoredFiles(): string {
  return `# What runs write: keys, files of consumers, reports.
node_modules/
${RUNS_KEY_FILE}
*.credentials
report.json
summary.md
`;
}
