import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { type Backend, bookkeepingFolder } from "../../../stack/files/backend.ts";
import { parseJson } from "../../../stack/files/givenText.ts";
import { asObject } from "../../../stack/files/projectFile.ts";
import { EngineFailure } from "../failure.ts";
import { writeFileAtomically } from "./atomicFile.ts";
import { qualifiedName } from "./backend.ts";

interface LockContent {
  pid: number;
  username: string;
  hostname: string;
  timestamp: string;
}

function locksFolder(backend: Backend, project: string, stack: string): string {
  return join(bookkeepingFolder(backend), "locks", qualifiedName(project, stack));
}

/**
 * Runs `work` while no other engine or CLI can change the stack. A lock left by a process that was killed stays until
 * `cancel` removes it, as with the CLI: nobody else can know whether its last request still takes effect.
 */
export async function withLock<T>(
  backend: Backend,
  project: string,
  stack: string,
  work: () => Promise<T>,
): Promise<T> {
  const folder = locksFolder(backend, project, stack);
  const mine = `${randomUUID()}.json`;
  await mkdir(folder, { recursive: true });
  await refuseIfLocked(backend, folder, mine);
  const content: LockContent = {
    pid: process.pid,
    username: userInfo().username,
    hostname: hostname(),
    timestamp: new Date().toISOString(),
  };
  const path = join(folder, mine);
  await writeFileAtomically(path, JSON.stringify(content));
  try {
    // Two may have looked before either wrote; both then see the other here and give way.
    await refuseIfLocked(backend, folder, mine);
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

/** Removes every lock of the stack. */
export async function removeLocks(backend: Backend, project: string, stack: string): Promise<void> {
  await rm(locksFolder(backend, project, stack), { recursive: true, force: true });
}

async function refuseIfLocked(backend: Backend, folder: string, mine: string): Promise<void> {
  const others = (await readdir(folder)).filter((file) => file.endsWith(".json") && file !== mine);
  if (others.length === 0) return;
  const lines = await Promise.all(others.map((file) => describeLock(backend, join(folder, file))));
  throw new EngineFailure(
    `the stack is currently locked by ${others.length} lock(s). Either wait for the other process(es) to end or ` +
      `delete the lock file with \`pulumi cancel\`.${lines.join("")}`,
  );
}

async function describeLock(backend: Backend, path: string): Promise<string> {
  const url = `file://${backend.folder}${path.slice(backend.folder.length)}`;
  const text = await readFile(path, "utf8").catch(() => "{}");
  const { username, hostname: host, pid, timestamp } = asObject(parseJson(text, url), url);
  return `\n  ${url}: created by ${username}@${host} (pid ${pid}) at ${timestamp}`;
}
