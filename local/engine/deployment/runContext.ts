import type { ProviderRegistry } from "../providers/providerRegistry.ts";
import type { ResourceState } from "../state/resourceState.ts";
import type { SnapshotManager } from "../state/snapshotManager.ts";
import type { RunEvents } from "./runEvents.ts";

/** What every part of a run shares. */
export interface RunContext {
  readonly project: string;
  readonly stack: string;
  readonly preview: boolean;
  /** The resources as the run found them, in dependency order. */
  readonly previous: readonly ResourceState[];
  readonly providers: ProviderRegistry;
  /** Absent in a preview, which writes nothing. */
  readonly snapshot: SnapshotManager | undefined;
  readonly events: RunEvents;
  readonly cancellation: Cancellation;
}

/** Stops a run: nothing new is begun, what was begun is finished. */
export class Cancellation {
  readonly #listeners: (() => void)[] = [];
  #cancelled = false;

  get cancelled(): boolean {
    return this.#cancelled;
  }

  cancel(): void {
    if (this.#cancelled) return;
    this.#cancelled = true;
    for (const listener of this.#listeners) listener();
  }

  onCancel(listener: () => void): void {
    this.#listeners.push(listener);
  }
}

/** Thrown instead of beginning work after the run was stopped. */
export class RunCancelled extends Error {
  constructor() {
    super("the run was stopped");
    this.name = "RunCancelled";
  }
}
