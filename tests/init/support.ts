import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { COMPILED } from "../support/compiled.ts";
import { type Ended, endOf } from "../support/ended.ts";
import { inTerminal } from "../support/terminal.ts";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** As it is published. */
export const MAIN = path.join(ROOT, "dist/cli/main.js");

/** Without anything of this machine: `init` asks no cloud and no engine. */
const BARE = { PATH: path.dirname(process.execPath), NODE_COMPILE_CACHE: COMPILED };

/** What is given where nobody is asked. */
export const LEAST = ["--account", "ajeabc1d2e3f4g5h6i7j", "--pipeline", "github"] as const;

/** An empty folder, which goes with the test; a repository of git where that is said. */
export async function emptyFolder(t: TestContext, { isRepository = true } = {}): Promise<string> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), "iam-keys-init-")));
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  if (isRepository) await mkdir(path.join(folder, ".git"));
  return folder;
}

/** `iam-keys init` where there is no terminal. */
export function init(cwd: string, ...args: string[]): Promise<Ended> {
  return endOf(
    spawn(process.execPath, [MAIN, "init", ...args], { cwd, env: BARE, stdio: ["ignore", "pipe", "pipe"] }),
  );
}

/**
 * The same in a terminal: gives all that it shows, and its exit code.
 *
 * @param answers what is typed, one after the other, each as soon as what comes before it is shown
 */
export function initInTerminal(
  cwd: string,
  args: readonly string[],
  answers: readonly (readonly [until: string, typed: string])[],
): Promise<[shown: string, code: number | null]> {
  const words = [process.execPath, MAIN, "init", ...args].map((word) => `'${word}'`);
  const env = { ...BARE, PATH: process.env.PATH, TERM: "dumb" };
  return inTerminal(`exec ${words.join(" ")}`, { cwd, env }, answers);
}

/** Every file below the folder with what is in it, but for git's own. */
export async function filesIn(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .toSorted();
  const texts = files.map(async (file) => [file, await readFile(path.join(folder, file), "utf8")] as const);
  return Object.fromEntries(await Promise.all(texts));
}
