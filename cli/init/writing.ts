import { lstat, mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { PlannedFile } from "./files.ts";

/** The paths of those files that are there already, whatever they are. */
export async function thoseThere(root: string, files: readonly PlannedFile[]): Promise<string[]> {
  const there = await Promise.all(
    files.map((file) =>
      lstat(path.join(root, file.path)).then(
        () => true,
        () => false,
      ),
    ),
  );
  return files.filter((_, index) => there[index]).map((file) => file.path);
}

/** Writes all of them, or none: one that came to be there meanwhile is not overwritten. */
export async function writeAll(root: string, files: readonly PlannedFile[]): Promise<void> {
  const written: string[] = [];
  try {
    for (const { path: relative, text } of files) {
      const file = path.join(root, relative);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text, { flag: "wx" });
      written.push(file);
    }
  } catch (error) {
    for (const file of written) await rm(file);
    throw error;
  }
}
