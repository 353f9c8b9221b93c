import { lstat, mkdir, rm, stat, writeFile } from "node:fs/promises";
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

/** The paths that must be folders for those files, and are something else. */
export async function thoseNoFolders(root: string, files: readonly PlannedFile[]): Promise<string[]> {
  const folders = new Set(files.flatMap((file) => foldersTo(path.join(root, file.path))));
  const isOther = async (folder: string) => {
    const is = await stat(folder).catch(() => undefined);
    return is !== undefined && !is.isDirectory();
  };
  const other = await Promise.all([...folders].map(isOther));
  return [...folders].filter((_, index) => other[index]);
}

/** Every folder above that path. */
function foldersTo(file: string): string[] {
  const folder = path.dirname(file);
  return folder === file ? [] : [...foldersTo(folder), folder];
}

/** Writes all of them, or none: one that came to be there meanwhile is not overwritten. */
export async function writeAll(root: string, files: readonly PlannedFile[]): Promise<void> {
  const written: string[] = [];
  try {
    for (const { path: relative, text } of files) {
      const file = path.join(root, relative);
      for (const folder of foldersTo(file)) await requireFolder(folder);
      await writeFile(file, text, { flag: "wx" });
      written.push(file);
    }
  } catch (error) {
    for (const file of written) await rm(file);
    throw error;
  }
}

/** One by one: Node.js does not come to an end where a file system takes no new folder, such as /proc. */
async function requireFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    if (!(await stat(folder).catch(() => undefined))?.isDirectory()) throw error;
  }
}
