import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { COMPILED } from "../support/compiled.ts";
import { type Ended, endOf } from "../support/ended.ts";

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
export async function initInTerminal(
  cwd: string,
  args: readonly string[],
  answers: readonly (readonly [until: string, typed: string])[],
): Promise<[shown: string, code: number | null]> {
  const command = ["exec", process.execPath, MAIN, "init", ...args].map((word) => `'${word}'`);
  const child = spawn(
    "script",
    ["--quiet", "--return", "--command", command.join(" ").replace("'exec'", "exec"), "/dev/null"],
    {
      cwd,
      env: { ...BARE, PATH: process.env.PATH, SHELL: "/bin/sh", TERM: "dumb" },
      stdio: ["pipe", "pipe", "inherit"],
    },
  );
  const left = [...answers];
  let shown = "";
  let seen = 0;
  for await (const text of child.stdout.setEncoding("utf8")) {
    shown += text;
    const [next] = left;
    const at = next ? shown.indexOf(next[0], seen) : -1;
    if (!next || at < 0) continue;
    seen = at + next[0].length;
    left.shift();
    child.stdin.write(next[1]);
  }
  const code = child.exitCode ?? (await new Promise<number | null>((done) => child.once("close", done)));
  return [shown, code];
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
