import { hash } from "node:crypto";
import { copyFile, link, mkdir, readFile, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { DeploymentJson } from "../../../stack/files/deploymentJson.ts";
import { parseJson } from "../../../stack/files/givenText.ts";
import { asObject } from "../../../stack/files/projectFile.ts";
import { EngineFailure, messageOf } from "../failure.ts";
import { writeFileAtomically } from "./atomicFile.ts";
import { Journal, journalPath } from "./journal.ts";
import { parseJournal, type ReadJournal, replay } from "./replay.ts";

/** What a state file holds. */
export interface Checkpoint {
  readonly version: number;
  readonly checkpoint: { readonly stack: string; readonly latest?: DeploymentJson };
}

/** A state as it was read. */
export interface ReadState {
  /** With all that the journal beside the file holds. */
  readonly content: Checkpoint;
  /** The digest of the file itself. */
  readonly digest: string;
  /** Of the journal beside the file: whether there is one, and whether it has something that the file has not. */
  readonly journal: "none" | "replayed" | "spent";
}

/** While a run puts its journal into the file, the two may not go together for a moment. */
const ATTEMPTS = 10;
const PAUSE_MS = 50;

/**
 * Reads a state file and the journal that a run which is at work, or was interrupted, keeps beside it; undefined where
 * there is no such file.
 */
export async function readState(path: string): Promise<ReadState | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    // The journal first: what it holds when the file is read, it may have lost to that file when it is read after it.
    const before = await readIfPresent(journalPath(path));
    const text = await readIfPresent(path);
    if (text === undefined) return undefined;
    const digest = digestOf(text);
    const content = asObject(parseJson(text, path), path) as unknown as Checkpoint;
    const journal = before === undefined ? undefined : parseJournal(before, journalPath(path));
    if (journal?.head.base === digest)
      return { content: replayed(content, journal), digest, journal: "replayed" };
    if (before === undefined) {
      if ((await readIfPresent(journalPath(path))) === undefined) return { content, digest, journal: "none" };
    } else if (journal === undefined || journal.whole === digest) {
      return { content, digest, journal: "spent" };
    }
    if (attempt === ATTEMPTS) throw foreignJournal(path);
    await sleep(PAUSE_MS);
  }
}

function replayed({ version, checkpoint }: Checkpoint, journal: ReadJournal): Checkpoint {
  return { version, checkpoint: { ...checkpoint, latest: replay(checkpoint.latest ?? {}, journal) } };
}

function foreignJournal(path: string): EngineFailure {
  return new EngineFailure(
    `${journalPath(path)} is the journal of an interrupted run, but the state beside it is not the one which that run ` +
      "began with: something else has written it since. The journal has the ids of what the run made; move it away when " +
      "nothing of that is missing in the state",
  );
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function digestOf(text: string): string {
  return hash("sha256", text);
}

/**
 * Replaces a state file and ends the journal beside it, of which the new content has everything; the file before is
 * kept with the ending `.bak`. Resolves to the digest of the new one.
 */
export async function writeState(path: string, content: Checkpoint, journal?: Journal): Promise<string> {
  const text = JSON.stringify(content);
  const digest = digestOf(text);
  // Without this line an end between the two files would leave a journal that seems to be of another state.
  await journal?.append([{ whole: digest }]).catch(() => {});
  try {
    await mkdir(dirname(path), { recursive: true });
    await keepBackup(path);
    await writeFileAtomically(path, text);
    // The CLI keeps checksums beside its files; one of an older content would be wrong.
    const superfluous = [journalPath(path), `${path}.attrs`, `${path}.bak.attrs`];
    await Promise.all(superfluous.map((file) => rm(file, { force: true })));
  } catch (error) {
    throw new EngineFailure(`could not write the state file ${path}: ${messageOf(error)}`);
  }
  await journal?.close();
  return digest;
}

/** Puts the journal of an interrupted run into the state file; only for who knows that no run is at work. */
export async function settleJournal(path: string): Promise<void> {
  const state = await readState(path);
  if (state?.journal === "replayed") {
    const journal = await Journal.resume(journalPath(path));
    try {
      await writeState(path, state.content, journal);
    } finally {
      await journal.close();
    }
  }
  if (state?.journal === "spent") await rm(journalPath(path), { force: true });
}

// A second name for the file as it is: the write that follows gives the first name to a new file.
async function keepBackup(path: string): Promise<void> {
  await rm(`${path}.bak`, { force: true });
  await link(path, `${path}.bak`).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return;
    // Not every file system knows hard links.
    await copyFile(path, `${path}.bak`);
  });
}

/** Forgets a state, its backup and its journal included. */
export async function removeState(path: string): Promise<void> {
  for (const ending of ["", ".attrs", ".bak", ".bak.attrs"]) await rm(`${path}${ending}`, { force: true });
  await rm(journalPath(path), { force: true });
}
