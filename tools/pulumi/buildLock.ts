import { mkdir, rm, stat, utimes } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** Whoever has the lock touches it this often; one that was not touched for so long is of a process that was killed. */
const TOUCHED_EVERY_MS = 5_000;
const ABANDONED_AFTER_MS = 60_000;

/**
 * Does some work while no other process does it. Two may both take away a lock that was left, and then both work: what
 * they do has to be right even so, and only cost more.
 */
export async function holdingLock(folder: string, work: () => Promise<void>): Promise<void> {
  if (!(await take(folder))) {
    console.error(`Waiting for another process, which has ${folder}.`);
    while (!(await take(folder))) await sleep(1000);
  }
  const touching = setInterval(() => {
    utimes(folder, new Date(), new Date()).catch(() => {});
  }, TOUCHED_EVERY_MS);
  try {
    await work();
  } finally {
    clearInterval(touching);
    await rm(folder, { recursive: true, force: true });
  }
}

async function take(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const touchedAt = await stat(folder).then(
    ({ mtimeMs }) => mtimeMs,
    () => Date.now(),
  );
  if (Date.now() - touchedAt > ABANDONED_AFTER_MS) await rm(folder, { recursive: true, force: true });
  return false;
}
