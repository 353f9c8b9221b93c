import type { Flags } from "../commandLine.ts";
import { type ResourceState, requirementsOf } from "../state/resourceState.ts";
import { fits } from "./targetPattern.ts";

/** The resources that a run is confined to: by their URNs, in which `*` stands for a part and `**` for anything. */
export class Targets {
  readonly #literals: readonly string[];
  readonly #patterns: readonly string[];
  readonly #includesDependents: boolean;

  private constructor(urns: readonly string[], includesDependents: boolean) {
    this.#literals = urns.filter((urn) => !urn.includes("*"));
    this.#patterns = urns.filter((urn) => urn.includes("*"));
    this.#includesDependents = includesDependents;
  }

  /** The targets that the command line names; undefined when it names none. */
  static from(flags: Flags): Targets | undefined {
    const urns = flags.list("target");
    return urns.length === 0 ? undefined : new Targets(urns, flags.has("target-dependents"));
  }

  /** Whether the URN is one of those named. */
  names(urn: string): boolean {
    return this.#literals.includes(urn) || this.#patterns.some((pattern) => fits(pattern, urn));
  }

  /** Whether the resource is named or, with --target-dependents, needs one of the `included`. */
  includes(state: ResourceState, included: ReadonlySet<string>): boolean {
    return this.names(state.urn) || (this.#includesDependents && needsOneOf(state, included));
  }

  /** The URNs of those that are named or, with --target-dependents, need one of them. */
  included(resources: readonly ResourceState[]): ReadonlySet<string> {
    const included = new Set<string>();
    for (const state of resources) if (this.includes(state, included)) included.add(state.urn);
    return included;
  }

  /** What cannot stay when the named resources go: everything that needs them. */
  condemned(resources: readonly ResourceState[]): ReadonlySet<string> {
    const condemned = new Set<string>();
    for (const state of resources) {
      if (this.names(state.urn) || needsOneOf(state, condemned)) condemned.add(state.urn);
    }
    return condemned;
  }

  /** Why a resource may not be deleted, if it was not named. */
  refusalToDelete(urn: string): string | undefined {
    if (this.#includesDependents || this.names(urn)) return undefined;
    return (
      `Resource '${urn}' will be destroyed but was not specified in --target list.\n` +
      "Either include resource in --target list or pass --target-dependents to proceed."
    );
  }

  /** One message for each URN that is neither in the state nor in the program. */
  missing(isThere: (urn: string) => boolean): string[] {
    return this.#literals
      .filter((urn) => !isThere(urn))
      .map((urn) => {
        const hint = urn.includes("$") ? "" : " Did you forget to escape $ in your shell?";
        return `Target '${urn}' could not be found in the stack.${hint}`;
      });
  }
}

function needsOneOf(state: ResourceState, urns: ReadonlySet<string>): boolean {
  return requirementsOf(state).some((urn) => urns.has(urn));
}
