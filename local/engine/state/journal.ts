import { type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";
import type { DeploymentJson, OperationType, ResourceJson } from "../../../stack/files/deploymentJson.ts";
import { syncFolder } from "./atomicFile.ts";

/** The first line of a journal: what the entries after it build upon. */
export interface JournalHead {
  /** The digest of the state file that the run began with; of no other do the entries tell anything. */
  readonly base: string;
  /** A deployment without resources, as this run writes it. */
  readonly frame: DeploymentJson;
}

/**
 * What one step did to the state, a line in a journal. Resources go by number: those of the state file from 0 on, in its
 * order, and then those that the run added, in theirs.
 */
export interface JournalEntry {
  /** Work on a resource is about to begin; it has a number of its own. */
  readonly begin?: { readonly work: number; readonly type: OperationType; readonly resource: ResourceJson };
  /** That work has ended. */
  readonly end?: number;
  readonly remove?: number;
  readonly change?: { readonly number: number; readonly resource: ResourceJson };
  /** `formerUrns` are those under which other resources may still refer to it. */
  readonly add?: { readonly resource: ResourceJson; readonly formerUrns?: readonly string[] };
  /** The run came to a resource and left it as it was: as if that one were removed and added again. */
  readonly keep?: number;
}

/** The last line of a journal that was put into the state file: the digest of the file that has it all. */
export interface JournalEnd {
  readonly whole: string;
}

/** The journal beside a state file. */
export function journalPath(statePath: string): string {
  return `${statePath}.journal`;
}

/** The journal of a run, to be written. */
export class Journal {
  readonly #file: FileHandle;
  #length = 0;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Begins a journal; there must be none yet. */
  static async create(path: string, head: JournalHead): Promise<Journal> {
    const journal = new Journal(await open(path, "wx", 0o600));
    try {
      await journal.append([head]);
      await syncFolder(dirname(path));
    } catch (error) {
      await journal.close();
      throw error;
    }
    return journal;
  }

  /** Goes on with a journal behind its last whole line. */
  static async resume(path: string): Promise<Journal> {
    const journal = new Journal(await open(path, "r+"));
    journal.#length = (await journal.#file.readFile()).lastIndexOf("\n") + 1;
    return journal;
  }

  /** Adds lines; they are on the disk, all of them, when this resolves, and none counts when it fails. */
  async append(lines: readonly (JournalHead | JournalEntry | JournalEnd)[]): Promise<void> {
    if ((await this.#file.stat()).nlink === 0) {
      throw new Error("it is gone; somebody else has taken over the stack");
    }
    const bytes = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    try {
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await this.#file.write(bytes, done, undefined, this.#length + done);
        done += bytesWritten;
      }
      await this.#file.datasync();
    } catch (error) {
      // Whatever was written of it would stand before that which comes next.
      await this.#file.truncate(this.#length).catch(() => {});
      throw error;
    }
    this.#length += bytes.length;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}
