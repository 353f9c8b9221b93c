import { readFile } from "node:fs/promises";
import path from "node:path";

/** What is read from a go.mod. */
export interface GoMod {
  /** The oldest Go that will do. */
  readonly goVersion: string;
  /** The version that it requires of a module, "v3.274.1". */
  versionOf(module: string): string;
}

/** Reads the go.mod of a folder. */
export async function goMod(folder: string): Promise<GoMod> {
  const file = path.join(folder, "go.mod");
  const lines = (await readFile(file, "utf8")).split("\n").map((line) => line.trim().split(" "));
  const wordAfter = (word: string) => {
    const line = lines.find((words) => words.includes(word));
    const next = line?.[line.indexOf(word) + 1];
    if (next === undefined) throw new Error(`${file} says nothing of ${word}.`);
    return next;
  };
  return { goVersion: wordAfter("go"), versionOf: wordAfter };
}
