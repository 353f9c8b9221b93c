import type { OperationType } from "../../../stack/files/deploymentJson.ts";
import type { PendingOperation, Snapshot } from "./deploymentFile.ts";
import type { JournalEntry } from "./journal.ts";
import type { ResourceState } from "./resourceState.ts";
import type { RunState } from "./runState.ts";

/** What a step did to the state. */
export interface StateChange {
  readonly removed?: ResourceState;
  readonly added?: ResourceState;
  /** One that stays, and now reads otherwise. */
  readonly changed?: ResourceState;
}

/**
 * Keeps what is on disk in step with what was done: the journal of the run is written before a provider is asked to do
 * anything and again when the answer is known, so that no created key is ever lost.
 */
export class SnapshotManager {
  #base: Snapshot;
  readonly #state: RunState;
  readonly #added: ResourceState[] = [];
  readonly #done = new Set<ResourceState>();
  readonly #works = new Map<ResourceState, PendingOperation & { readonly work: number }>();
  readonly #numbers: Map<ResourceState, number>;
  #begun = 0;
  #unwritten: JournalEntry[] = [];
  #writing: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  constructor(base: Snapshot, state: RunState) {
    this.#base = base;
    this.#state = state;
    this.#numbers = new Map(base.resources.map((resource, index) => [resource, index]));
  }

  /** Records that work on a resource is about to begin. */
  async begin(resource: ResourceState, type: OperationType): Promise<void> {
    const work = this.#begun++;
    this.#works.set(resource, { resource, type, work });
    this.#unwritten.push({ begin: { work, type, resource: this.#state.encode(resource) } });
    await this.#write();
  }

  /** Records that the work has ended, and what it did. */
  async end(resource: ResourceState, change: StateChange): Promise<void> {
    const work = this.#works.get(resource)?.work;
    this.#works.delete(resource);
    this.#unwritten.push({ ...(work !== undefined && { end: work }), ...this.#apply(change) });
    await this.#write();
  }

  /** Records a change of the state that no provider was asked for. */
  async record(change: StateChange): Promise<void> {
    this.#unwritten.push(this.#apply(change));
    await this.#write();
  }

  /** Records that a resource stays as it is; so much is true in any case, and need not be written at once. */
  keep(old: ResourceState, state: ResourceState): void {
    const number = this.#numbers.get(old);
    if (number !== undefined) this.#unwritten.push({ keep: number });
    this.#move({ removed: old, added: state });
  }

  /** Writes the whole state at the end of the run, also where a write before it failed; resolves to what is in the way. */
  async settle(): Promise<unknown> {
    await this.#writing;
    return await this.#state.save(this.current()).then(
      () => undefined,
      (error: unknown) => error,
    );
  }

  /** Takes a state from elsewhere for the one that the run began with. */
  replace(base: Snapshot): void {
    this.#base = base;
  }

  /** The state as it is now: what this run registered, then what it has not yet come to. */
  current(): Snapshot {
    // A create that was never heard of again needs the user's decision; other work is simply done again.
    const unresolved = this.#base.pendingOperations.filter(({ type }) => type === "creating");
    return {
      resources: [...this.#added, ...this.#base.resources].filter((state) => !this.#done.has(state)),
      pendingOperations: [...this.#works.values(), ...unresolved],
    };
  }

  #apply(change: StateChange): JournalEntry {
    const { removed, added, changed } = change;
    const [remove, altered] = [removed, changed].map((state) => state && this.#numbers.get(state));
    this.#move(change);
    return {
      ...(remove !== undefined && { remove }),
      ...(changed !== undefined &&
        altered !== undefined && {
          change: { number: altered, resource: this.#state.encode(changed) },
        }),
      ...(added !== undefined && {
        add: {
          resource: this.#state.encode(added),
          ...(added.aliases.length > 0 && { formerUrns: added.aliases }),
        },
      }),
    };
  }

  #move({ removed, added }: StateChange): void {
    if (removed !== undefined) this.#done.add(removed);
    if (added === undefined) return;
    this.#numbers.set(added, this.#base.resources.length + this.#added.length);
    this.#added.push(added);
  }

  /** Writes what is unwritten; calls that come while a write is under way share the next one. */
  #write(): Promise<void> {
    if (this.#next === undefined) {
      const next = this.#writing.then(async () => {
        this.#next = undefined;
        const entries = this.#unwritten;
        this.#unwritten = [];
        try {
          await this.#state.append(entries);
        } catch (error) {
          // What comes after them counts on them: they go with the next write, for which there may be room again.
          this.#unwritten = [...entries, ...this.#unwritten];
          throw error;
        }
      });
      this.#next = next;
      this.#writing = next.catch(() => {});
    }
    return this.#next;
  }
}
