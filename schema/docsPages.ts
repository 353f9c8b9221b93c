import { posix } from "node:path";
import manifest from "../package.json" with { type: "json" };
import { DOCS, RESOURCES } from "./docsIndex.ts";
import { type DeclaredKind, resourceTypes } from "./kindFiles.ts";
import { between } from "./place.ts";
import { docs, summaryOf } from "./sdkDocs.ts";

const INDEX = "docs/README.md";

/** The index for people, and the one for language models (https://llmstxt.org), which has the page of each resource, too. */
export function docsPages(kinds: readonly DeclaredKind[]): [string, string][] {
  return [
    [INDEX, indexPage()],
    ["llms.txt", llmsText(kinds)],
  ];
}

/** README.md with a new list of all pages. */
export function withDocsList(text: string): string {
  const groups = DOCS.map(
    ({ name, pages }) =>
      `- **${name}**: ${pages.map(({ path, title }) => `[${title}](${path})`).join(" ·\n  ")}.`,
  );
  return between(text, "documentation", groups.join("\n"));
}

function indexPage(): string {
  const groups = DOCS.flatMap(({ name, pages }) => [
    `## ${name}`,
    pages
      .map(({ path, title, line }) => `- [${title}](${posix.relative(posix.dirname(INDEX), path)}): ${line}`)
      .join("\n"),
  ]);
  return sections([
    "# Documentation",
    "<!-- Written by `npm run schema`, out of `schema/docsIndex.ts`. -->",
    "New here? Start with the [README](../README.md), and then make [your first key](tutorial.md).",
    ...groups,
  ]);
}

function llmsText(kinds: readonly DeclaredKind[]): string {
  const resources = kinds.flatMap(({ kind }) => resourceTypes(kind)).map(resourceLine);
  const groups = DOCS.flatMap(({ name, pages }) => [
    `## ${name}`,
    pages
      .flatMap(({ path, title, line }) => [
        `- [${title}](${path}): ${line}`,
        ...(path === RESOURCES ? resources : []),
      ])
      .join("\n"),
  ]);
  return sections([`# ${manifest.name}`, `> ${manifest.description}.`, ...groups]);
}

function resourceLine(type: string): string {
  const title = type.replace(":", ".");
  const path = posix.join(posix.dirname(RESOURCES), `${title}.md`);
  return `- [${title}](${path}): ${summaryOf(docs.of(type).description)}.`;
}

function sections(parts: readonly string[]): string {
  return `${parts.join("\n\n")}\n`;
}
