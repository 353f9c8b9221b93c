import { globSync, readFileSync } from "node:fs";
import path from "node:path";

const ROOT = path.join(import.meta.dirname, "../..");
const PAGES = [
  "*.md",
  "docs/**/*.md",
  "examples/**/*.{md,yml,yaml,service}",
  "{deploy,local,templates}/**/*.md",
];

/** A command line that the docs tell somebody to type. */
export interface CommandLine {
  /** "docs/status.md: npx iam-keys status". */
  readonly name: string;
  readonly words: readonly string[];
}

/** Every command line that begins so, in fenced blocks, in code within the text, and in the files of the examples. */
export function commandLines(...begin: readonly string[]): CommandLine[] {
  return filesWithCommands().flatMap((file) => {
    const text = readFileSync(path.join(ROOT, file), "utf8");
    return [...new Set(file.endsWith(".md") ? shellIn(text) : [text])]
      .flatMap((shell) => commandsIn(shell))
      .filter((words) => begin.every((word, index) => words[index] === word))
      .map((words) => ({ name: `${file}: ${words.join(" ")}`, words }));
  });
}

/** The pages, as paths below the repository. */
export function markdownPages(): string[] {
  return filesWithCommands().filter((file) => file.endsWith(".md"));
}

function filesWithCommands(): string[] {
  return globSync(PAGES, { cwd: ROOT, exclude: (name) => name.includes("node_modules") }).toSorted();
}

/** What a page shows as code: its blocks, and spans that begin with a command. */
function shellIn(page: string): string[] {
  const blocks = [...page.matchAll(/^ *```(?:sh|bash|ya?ml)\n([\s\S]*?)^ *```/gm)];
  const prose = page.replace(/^ *```[\s\S]*?^ *```/gm, "");
  return [...blocks, ...prose.matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code);
}

/** The commands of a script, each as words: after `&&`, `|`, `$(` and the like there begins another. */
function commandsIn(script: string): string[][] {
  const commands: string[][] = [[]];
  const tokens = /\\\n|#.*|"(?:[^"\\]|\\.)*"|'[^']*'|<[^<>\n]+>|\n|&&|\|\|?|;|\$?[()]|[^\s"';|()]+|[ \t]+/g;
  let isJoined = false;
  for (const [token] of script.matchAll(tokens)) {
    const isSpace = /^(\\\n|[ \t]+|#.*)$/.test(token);
    if (/^(\n|&&|\|\|?|;|\$?[()])$/.test(token)) commands.push([]);
    else if (!isSpace) {
      const command = commands.at(-1) ?? [];
      const word = token.replace(/^(["'])([\s\S]*)\1$/, "$2");
      if (isJoined && command.length > 0) command.push(`${command.pop()}${word}`);
      else command.push(word);
    }
    isJoined = !isSpace && !/^(\n|&&|\|\|?|;|\$?[()])$/.test(token);
  }
  return commands.map(commandAlone).filter((words) => words.length > 0);
}

/** Without what may come before a command (variables, "run:" of a workflow), and where its input and output go. */
function commandAlone(words: readonly string[]): string[] {
  const start = words.findIndex((word) => !/^(-|\w+:|[A-Z_]+=.*)$/.test(word));
  const end = words.findIndex((word, index) => index > start && /^(\d?>.*|<)$/.test(word));
  return start < 0 ? [] : words.slice(start, end < 0 ? undefined : end);
}
