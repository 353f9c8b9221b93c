import { readFileSync } from "node:fs";
import path from "node:path";

const ROOT = path.join(import.meta.dirname, "../..");

/** The text of a page: "docs/status.md". */
export function pageText(page: string): string {
  return readFileSync(path.join(ROOT, page), "utf8");
}

/** The text under the first heading that begins so, without the sections beside it. */
export function sectionOf(text: string, heading: string): string {
  const start = text.split("\n").findIndex((line) => /^#+ /.test(line) && line.includes(heading));
  if (start < 0) throw new Error(`There is no heading "${heading}"`);
  const [, ...rest] = text.split("\n").slice(start);
  const end = rest.findIndex((line) => /^##? /.test(line));
  return rest.slice(0, end < 0 ? undefined : end).join("\n");
}

/** The fenced blocks of a language, in order, without the indentation of a list. Output has no language. */
export function blocksIn(text: string, language: string): string[] {
  return [...text.matchAll(/^( *)```(\w*)\n([\s\S]*?)^\1```$/gm)]
    .filter(([, , written]) => written === language)
    .map(([, indent = "", , code = ""]) => code.replaceAll(new RegExp(`^${indent}`, "gm"), ""));
}

/** The commands of a shell block as somebody types them: one per line, unless a line goes on in the next. */
export function statementsIn(block: string): string[] {
  const statements: string[] = [];
  let typed = "";
  for (const line of block.split("\n")) {
    typed += typed === "" ? line : `\n${line}`;
    if (!isComplete(typed)) continue;
    if (withoutComment(typed) !== "") statements.push(typed);
    typed = "";
  }
  if (typed !== "") throw new Error(`This block ends within a command: ${typed}`);
  return statements;
}

const QUOTED_OR_COMMENT = /\\[\s\S]|'[^']*'|"(?:[^"\\]|\\[\s\S])*"|(?<=^|\s)#.*/gm;

function isComplete(typed: string): boolean {
  return !/\\$/.test(typed) && !/['"]/.test(typed.replaceAll(QUOTED_OR_COMMENT, ""));
}

/** What is typed, without what only a reader reads. */
export function withoutComment(typed: string): string {
  return typed.replaceAll(QUOTED_OR_COMMENT, (part) => (part.startsWith("#") ? "" : part)).trim();
}

/** The commands within the text that begin with one of these words, each once. */
export function spansIn(text: string, begin: RegExp): string[] {
  const prose = text.replace(/^ *```[\s\S]*?^ *```/gm, "");
  const spans = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, span = ""]) => span.replaceAll("\\|", "|"));
  return [...new Set(spans)].filter((span) => begin.test(span));
}
