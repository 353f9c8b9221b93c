import { VERSION } from "../../provider/version.ts";
import type { Plan } from "./plan.ts";
import { PLUGIN_SERVER } from "./release.ts";
import { yamlText } from "./yamlText.ts";

/** What a program says of its key. */
export type KeyOfProgram = Pick<Plan, "kind" | "name" | "every" | "overlap" | "facts">;

/** Says where to get the plugin. The package of any other language knows that itself. */
const PLUGIN = `    options:
      version: ${VERSION}
      pluginDownloadURL: ${PLUGIN_SERVER}
`;

/** The program in YAML, which is a part of its Pulumi.yaml. */
export function yamlProgram(key: KeyOfProgram): string {
  return resourcesOf(key, { name: `    name: ${yamlText(key.name)}\n`, options: PLUGIN });
}

/** The program from which Pulumi's generators make those in other languages. They know no name beside that of the variable. */
export function programToTranslate(key: KeyOfProgram): string {
  const { account } = key.facts;
  return `name: keys\nruntime: yaml\nconfig:\n  ${account}:\n    type: string\n${resourcesOf(key, { name: "", options: "" })}`;
}

function resourcesOf(
  { kind, every, overlap, facts }: KeyOfProgram,
  { name, options }: Readonly<Record<"name" | "options", string>>,
): string {
  const outputs = [...(facts.shortcuts ?? []), "rotatesAt"].map(
    (output) => `  ${output}: \${key.${output}}\n`,
  );
  return `resources:
  key:
    type: iam-keys:${kind}
${name}    properties:
      ${facts.account}: \${${facts.account}}
      rotate:
        every: ${yamlText(every)}
      overlap: ${yamlText(overlap)}
${options}outputs:
${outputs.join("")}`;
}
