import type { PendingOperation, Snapshot } from "./deploymentFile.ts";
import type { OperationType } from "./deploymentJson.ts";
import type { ResourceState } from "./resourceState.ts";

/**
 * Keeps the state on disk in step with what was done: it is written before a provider is asked to do anything and again
 * when the answer is known, so that no created key is ever lost.
 */
export class SnapshotManager {
  #base: Snapshot;
  readonly #save: (snapshot: Snapshot) => Promise<void>;
  readonly #added: ResourceState[] = [];
  readonly #done = new Set<ResourceState>();
  readonly #operations: PendingOperation[] = [];
  #writing: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  constructor(base: Snapshot, save: (snapshot: Snapshot) => Promise<void>) {
    this.#base = base;
    this.#save = save;
  }

  /** Records that work on a resource is about to begin. */
  async begin(resource: ResourceState, type: OperationType): Promise<void> {
    this.#operations.push({ resource, type });
    await this.write();
  }

  /** Records that the work has ended, `removed` leaving the state and `added` entering it. */
  async end(
    resource: ResourceState,
    change: { removed?: ResourceState; added?: ResourceState },
  ): Promise<void> {
    const at = this.#operations.findIndex((operation) => operation.resource === resource);
    if (at >= 0) this.#operations.splice(at, 1);
    this.record(change);
    await this.write();
  }

  /** Records a change that needs no write of its own. */
  record(change: { removed?: ResourceState; added?: ResourceState }): void {
    if (change.removed !== undefined) this.#done.add(change.removed);
    if (change.added !== undefined) this.#added.push(change.added);
  }

  /** Writes the state as it is now; calls that come while a write is under way share the next one. */
  write(): Promise<void> {
    if (this.#next === undefined) {
      const next = this.#writing.then(async () => {
        this.#next = undefined;
        await this.#save(this.current());
      });
      this.#next = next;
      // A write that failed stands in the way of none that follows: there may be room again.
      this.#writing = next.catch(() => {});
    }
    return this.#next;
  }

  /** Writes the state at the end of the run, also where a write before it failed; resolves to what is in the way. */
  async settle(): Promise<unknown> {
    return await this.write().then(
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
      pendingOperations: [...this.#operations, ...unresolved],
    };
  }
}
