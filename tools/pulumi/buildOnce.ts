import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { holdingLock } from "./buildLock.ts";
import { goMod } from "./goMod.ts";

/** A program of a Go module, in the version that a go.mod of ours pins. */
export interface PinnedProgram {
  readonly name: string;
  /** The folder of our go.mod. */
  readonly folder: string;
  /** The module that has the program, and the package in it that is the program. */
  readonly module: string;
  readonly main: string;
  /** What the linker puts in place of a variable's text, where the program is to know its version. */
  readonly stamp?: (version: string) => string;
  /** What it takes where nothing of it was ever built, for whoever waits. */
  readonly cost: string;
}

/**
 * The file of the program. Where there is none yet it is built, by one process at a time, while others wait; it gets its
 * name when it is whole.
 */
export async function buildOnce(program: PinnedProgram): Promise<string> {
  const { versionOf } = await goMod(program.folder);
  const version = versionOf(program.module);
  const folder = path.join(
    await cacheFolder(),
    `${program.name}-${version}-${process.platform}-${process.arch}`,
  );
  const file = path.join(folder, "bin", program.name);
  if (existsSync(file)) return file;
  await mkdir(path.dirname(file), { recursive: true });
  await holdingLock(path.join(folder, "lock"), async () => {
    // The one who had the lock before may have built it.
    if (existsSync(file)) return;
    const unfinished = path.join(folder, `unfinished-${process.pid}`);
    try {
      await build(program, version, unfinished);
      await rename(unfinished, file);
    } finally {
      await rm(unfinished, { force: true });
    }
  });
  return file;
}

/** Below the user's caches, so that a fresh checkout does not build again; in the checkout where that cannot be. */
async function cacheFolder(): Promise<string> {
  const folder = path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), ".cache"), "pulumi-iam-keys");
  try {
    await mkdir(folder, { recursive: true });
    return folder;
  } catch {
    return path.join(import.meta.dirname, ".cache");
  }
}

async function build(program: PinnedProgram, version: string, file: string): Promise<void> {
  const { name, folder, main, stamp, cost } = program;
  const { goVersion } = await goMod(folder);
  console.error(`Building ${name} ${version}, once for this machine: ${cost}.`);
  const started = performance.now();
  const flags = ["-s", "-w", ...(stamp ? ["-X", stamp(version)] : [])].join(" ");
  const child = spawn("go", ["build", "-ldflags", flags, "-o", file, main], {
    cwd: folder,
    env: { ...process.env, GOWORK: "off" },
    stdio: ["ignore", process.stderr, process.stderr],
  });
  const [code] = await once(child, "close").catch((error) => {
    if (error.code !== "ENOENT") throw error;
    throw new Error(`Building ${name} takes Go ${goVersion} or later, and there is no \`go\` on the PATH.`);
  });
  if (code !== 0) throw new Error(`${name} ${version} could not be built: go ended with ${code}.`);
  console.error(`Built ${name} ${version} in ${Math.round((performance.now() - started) / 1000)} s.`);
}
