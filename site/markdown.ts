import { posix } from "node:path";
import type { MarkdownRenderer } from "vitepress";
import { LANGUAGES } from "../cli/languages.ts";
import { addressOf } from "./places.ts";

const NAMES: Readonly<Record<string, string>> = LANGUAGES;

/** Reads pages that were written for GitHub and for the Pulumi Registry. */
export function readRepositoryPages(markdown: MarkdownRenderer): void {
  markdown.core.ruler.before("normalize", "registry-markup", (state) => {
    const title = state.env.frontmatter?.layout === "package" ? `# ${state.env.frontmatter.title}\n\n` : "";
    state.src = title + withCodeGroups(state.src);
  });
  markdown.core.ruler.push("repository-links", (state) => {
    for (const { children } of state.tokens)
      for (const token of children ?? []) {
        if (token.type !== "link_open") continue;
        token.attrSet("href", addressFrom(state.env.relativePath, token.attrGet("href") ?? ""));
      }
  });
}

/** The Registry's choice of a language, as a group of tabs. */
function withCodeGroups(source: string): string {
  return source
    .replaceAll(/\{\{< chooser .* >\}\}/g, "::: code-group")
    .replaceAll(/\{\{% choosable language (\w+) %\}\}\s*```(\w+)/g, (_, language, highlighted) => {
      return `\`\`\`${highlighted} [${NAMES[language] ?? language}]`;
    })
    .replaceAll(/\{\{% \/choosable %\}\}\n/g, "")
    .replaceAll("{{< /chooser >}}", ":::");
}

/** A relative link of a page is to a file of the repository. */
function addressFrom(page: string, link: string): string {
  if (/^(#|[a-z]+:)/.test(link)) return link;
  const [file = "", anchor] = link.split("#");
  const path = posix.join(posix.dirname(page), decodeURI(file)).replace(/\/$/, "");
  return addressOf(path) + (anchor === undefined ? "" : `#${anchor}`);
}
