import { type Backend, statePath } from "../../../stack/files/backend.ts";
import type { ResourceJson } from "../../../stack/files/deploymentJson.ts";
import { EngineFailure, messageOf } from "../failure.ts";
import { writeDeployment } from "./backend.ts";
import { emptyDeployment, encodeDeployment, encodeResource, type Snapshot } from "./deploymentFile.ts";
import { Journal, type JournalEntry, journalPath } from "./journal.ts";
import type { Crypter } from "./passphrase.ts";
import { rescueState } from "./rescue.ts";
import type { ResourceState } from "./resourceState.ts";

/** Where a stack's state is kept. */
export interface StatePlace {
  readonly backend: Backend;
  readonly project: { readonly name: string; readonly root: string };
  readonly stack: string;
}

/** What a run writes of the state: a journal as it goes, and the whole file at its end. */
export class RunState {
  /** The state file. */
  readonly path: string;
  readonly #place: StatePlace;
  readonly #crypter: Crypter;
  /** The digest of the state file, as this process last read or wrote it. */
  #digest: string;
  #journal: Journal | undefined;

  constructor(place: StatePlace, crypter: Crypter, digest: string) {
    this.path = statePath(place.backend, place.project.name, place.stack);
    this.#place = place;
    this.#crypter = crypter;
    this.#digest = digest;
  }

  encode(state: ResourceState): ResourceJson {
    return encodeResource(state, this.#crypter);
  }

  /** Adds to the journal, which the first entries begin. */
  async append(entries: readonly JournalEntry[]): Promise<void> {
    const path = journalPath(this.path);
    try {
      this.#journal ??= await Journal.create(path, {
        base: this.#digest,
        frame: emptyDeployment(this.#crypter, new Date()),
      });
      await this.#journal.append(entries);
    } catch (error) {
      throw new EngineFailure(`could not write the journal ${path}: ${messageOf(error)}`);
    }
  }

  /** Writes the whole state, which ends the journal. */
  async save(snapshot: Snapshot): Promise<void> {
    const { backend, project, stack } = this.#place;
    const deployment = encodeDeployment(snapshot, this.#crypter, new Date());
    this.#digest = await writeDeployment(backend, project.name, stack, deployment, this.#journal);
    this.#journal = undefined;
  }

  /** Lets go of the journal, which stays where it is if the state could not be written. */
  async close(): Promise<void> {
    await this.#journal?.close();
  }

  /** Keeps a state elsewhere that could not be saved; resolves to what the user is to do with it. */
  async rescue(snapshot: Snapshot): Promise<string> {
    const { project, stack } = this.#place;
    return await rescueState(project, stack, encodeDeployment(snapshot, this.#crypter, new Date()));
  }
}
