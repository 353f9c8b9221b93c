import { TYPES } from "../cli/init/answers.ts";
import type { TemplateLanguage, Templates } from "../cli/init/templates.ts";
import { nameOfInit } from "./initSources.ts";
import { type Program, programs } from "./programs.ts";

/** The programs from which `init` makes those in the languages of the plugin but YAML, which it writes itself. */
export function initTemplates(): Templates {
  return Object.fromEntries(TYPES.map((type) => [type, readable(programs()[nameOfInit(type)] ?? {})]));
}

/** Without what the generators write for programs that are larger. */
function readable({
  python = "",
  go = "",
  csharp = "",
  java = "",
}: Program): Record<TemplateLanguage, string> {
  return {
    python,
    go: go.replaceAll(/^\t\t"/gm, '\t"'),
    csharp: csharp.replaceAll(/^using System\.Linq;\n/gm, "").replaceAll(/ +$/gm, ""),
    java: java
      .replaceAll(/^(package |import java\.|import com\.pulumi\.core\.Output).*;\n/gm, "")
      .trimStart(),
  };
}
