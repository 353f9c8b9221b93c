import type { Diff } from "../providers/providerClient.ts";
import type { ResourceState } from "../state/resourceState.ts";

/** What is done to a resource. */
export type StepOp =
  | "same"
  | "create"
  | "update"
  | "delete"
  | "replace"
  | "create-replacement"
  | "delete-replaced"
  | "remove-pending-replace"
  | "refresh";

/** One operation on one resource: planned, shown, applied, and recorded in the state. */
export interface Step {
  readonly op: StepOp;
  readonly urn: string;
  readonly type: string;
  /** The resource as the state has it; absent for a create. */
  readonly old: ResourceState | undefined;
  /** The resource as it is to be; absent for a delete. */
  readonly new: ResourceState | undefined;
  readonly diff: Diff | undefined;
  /** For a create-replacement: the old resource is deleted at the end. For a delete-replaced: it is recreated later. */
  readonly pending: boolean;
  /** For a refresh that has ended: what it comes down to. */
  readonly result: StepOp | undefined;
}

/** Makes a step; what is left out does not apply to it. */
export function makeStep(
  op: StepOp,
  parts: Partial<Pick<Step, "old" | "new" | "diff" | "pending" | "result">>,
): Step {
  const state = parts.new ?? parts.old;
  if (state === undefined) throw new Error("a step needs a resource");
  return {
    op,
    urn: state.urn,
    type: state.type,
    old: parts.old,
    new: parts.new,
    diff: parts.diff,
    pending: parts.pending ?? false,
    result: parts.result,
  };
}

const logicalOps: readonly StepOp[] = ["same", "create", "update", "delete", "replace"];

/** Whether the step by itself is what happens to a resource: a replacement consists of three, of which one is. */
export function isLogical({ op }: Step): boolean {
  return logicalOps.includes(op);
}

/** Whether the diff asks for a replacement rather than an update. */
export function asksForReplacement(diff: Diff): boolean {
  return (
    diff.replaceKeys.length > 0 || [...(diff.detailed?.values() ?? [])].some((change) => change.replaces)
  );
}

/** A diff made by the engine itself. */
export function engineDiff(parts: Partial<Diff>): Diff {
  return {
    changes: "some",
    replaceKeys: [],
    changedKeys: [],
    deleteBeforeReplace: false,
    detailed: undefined,
    ...parts,
  };
}
