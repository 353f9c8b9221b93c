import { closeSync, constants, fstatSync, lstatSync, openSync, type Stats, writeFileSync } from "node:fs";
import { IamKeysError } from "../errors.ts";

/** Windows keeps rights in another way. There, only its owner can read a user's folder. */
const HAS_MODES = process.platform !== "win32";

/**
 * Throws if what is at the path is no file that only its owner may read. A missing file is fine, because it is made
 * later.
 */
export function requireOwnFile(path: string, source: string): void {
  const stats = statsOf(path);
  const wrong = stats && wrongWith(stats);
  if (!wrong) return;
  throw new IamKeysError("INVALID_CONFIG", `${source} names ${path}, which is ${wrong}.`, {
    hint: "It says whose keys are where. So name a file that belongs only to this user (chmod 600), or one that does not exist yet.",
  });
}

/**
 * Adds a line to a file that only its owner may read, and makes the file if it is missing. Throws if it is another file
 * by now.
 */
export function appendToOwnFile(path: string, line: string): void {
  const { O_APPEND, O_CREAT, O_WRONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  // What lies at the path was looked at before; it may have been put there since. Nobody reads a pipe's other end.
  const file = openSync(path, O_APPEND | O_CREAT | O_WRONLY | O_NOFOLLOW | O_NONBLOCK, 0o600);
  try {
    const wrong = wrongWith(fstatSync(file));
    if (wrong) throw Object.assign(new Error("not only the owner's"), { code: wrong });
    writeFileSync(file, `${line}\n`);
  } finally {
    closeSync(file);
  }
}

function statsOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    // Writing says what is wrong with the path.
    return undefined;
  }
}

function wrongWith(stats: Stats): string | undefined {
  if (stats.isSymbolicLink()) return "a symbolic link";
  if (!stats.isFile()) return "no file";
  if (!HAS_MODES) return undefined;
  if (stats.uid !== process.geteuid?.()) return "another user's";
  return (stats.mode & 0o077) === 0 ? undefined : "a file that others may read or write";
}
