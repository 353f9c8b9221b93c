import type { ResourceState } from "../state/resourceState.ts";

/** What was decided so far in a run, by URN. */
export class PlanRecord {
  readonly registered = new Set<string>();
  readonly creates = new Set<string>();
  readonly sames = new Set<string>();
  readonly updates = new Set<string>();
  readonly replaces = new Set<string>();
  readonly deletes = new Set<string>();
  /** States already given a delete of their own before the end of the run. */
  readonly pendingDeletes = new Set<ResourceState>();
  readonly dependentReplaceKeys = new Map<string, readonly string[]>();
  readonly #olds: ReadonlyMap<string, ResourceState>;

  constructor(previous: readonly ResourceState[]) {
    this.#olds = new Map(previous.filter((state) => !state.delete).map((state) => [state.urn, state]));
  }

  /** The resource as the run found it, if it was there and not already replaced. */
  oldOf(urn: string): ResourceState | undefined {
    return this.#olds.get(urn);
  }

  /** Whether the program (or an earlier decision) has dealt with the resource. */
  isOperatedOn(urn: string): boolean {
    return [this.creates, this.sames, this.updates, this.replaces, this.deletes].some((set) => set.has(urn));
  }
}
