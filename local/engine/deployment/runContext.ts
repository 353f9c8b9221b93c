import type { ProviderRegistry } from "../providers/providerRegistry.ts";
import type { ResourceState } from "../state/resourceState.ts";
import type { SnapshotManager } from "../state/snapshotManager.ts";
import type { RunEvents } from "./runEvents.ts";
import type { Targets } from "./targets.ts";

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
  /** What the run is confined to, if it is. */
  readonly targets: Targets | undefined;
}

/** Stops a run: nothing new is begun, what was begun is finished, unless even that is given up. */
export class Cancellation {
  readonly #onCancel: (() => void)[] = [];
  readonly #onInterrupt: (() => void)[] = [];
  readonly #onTerminate: (() => void)[] = [];
  #cancelled = false;

  get cancelled(): boolean {
    return this.#cancelled;
  }

  cancel(): void {
    if (this.#cancelled) return;
    this.#cancelled = true;
    for (const listener of this.#onCancel) listener();
  }

  /** Stops the run because the user asked for it: providers may cut short what they are waiting for. */
  interrupt(): void {
    this.cancel();
    for (const listener of this.#onInterrupt) listener();
  }

  /** Does not wait for requests under way: what becomes of them is then unknown. */
  terminate(): void {
    this.cancel();
    for (const listener of this.#onTerminate) listener();
  }

  onCancel(listener: () => void): void {
    this.#onCancel.push(listener);
  }

  onInterrupt(listener: () => void): void {
    this.#onInterrupt.push(listener);
  }

  onTerminate(listener: () => void): void {
    this.#onTerminate.push(listener);
  }
}

/** Thrown instead of beginning work after the run was stopped. */
export class RunCancelled extends Error {
  constructor() {
    super("the run was stopped");
    this.name = "RunCancelled";
  }
}
