import type { ResourceState } from "../state/resourceState.ts";

/** What was decided so far in a run, by URN. */
export class PlanRecord {
  readonly registered = new Set<string>();
  readonly creates = new Set<string>();
  readonly sames = new Set<string>();
  readonly updates = new Set<string>();
  readonly replaces = new Set<string>();
  readonly deletes = new Set<string>();
  /** Resources that the program wants, but that the run is not to create. */
  readonly skippedCreates = new Set<string>();
  /** What of the program the run is confined to, as far as it has come. */
  readonly targeted = new Set<string>();
  /** States already given a delete of their own before the end of the run. */
  readonly pendingDeletes = new Set<ResourceState>();
  readonly dependentReplaceKeys = new Map<string, readonly string[]>();
  readonly #presentUrns = new Map<string, string>();
  readonly #formerUrns = new Map<string, string>();
  readonly #olds: ReadonlyMap<string, ResourceState>;

  constructor(previous: readonly ResourceState[]) {
    this.#olds = new Map(previous.filter((state) => !state.delete).map((state) => [state.urn, state]));
  }

  /** The resource as the run found it, if it was there and not already replaced. */
  oldOf(urn: string): ResourceState | undefined {
    return this.#olds.get(urn);
  }

  /** Remembers that what the run found under one URN is now registered under another. */
  rename(formerUrn: string, urn: string): void {
    this.#presentUrns.set(formerUrn, urn);
    this.#formerUrns.set(urn, formerUrn);
  }

  /** The resource of this run that has taken over the one with this URN. */
  presentUrnOf(formerUrn: string): string | undefined {
    return this.#presentUrns.get(formerUrn);
  }

  /** What a resource of this run was called before it was renamed. */
  formerUrnOf(urn: string): string | undefined {
    return this.#formerUrns.get(urn);
  }

  /** Leaves the resource as it is: whoever registers it now comes too late. */
  leave(urn: string): void {
    this.sames.add(urn);
    this.registered.add(urn);
  }

  /** Whether the program still has the resource. */
  isKept(formerUrn: string): boolean {
    const urn = this.#presentUrns.get(formerUrn) ?? formerUrn;
    return [this.sames, this.updates, this.replaces].some((set) => set.has(urn));
  }

  /** Whether the program (or an earlier decision) has dealt with the resource. */
  isOperatedOn(urn: string): boolean {
    return this.isKept(urn) || this.creates.has(urn) || this.deletes.has(urn);
  }
}
