import { type ResourceState, requirementsOf } from "../state/resourceState.ts";
import type { PlanRecord } from "./planRecord.ts";
import { makeStep, type Step } from "./step.ts";
import type { Targets } from "./targets.ts";

/** The deletes at the end of a run, and why some of them must not be carried out. */
export interface DeletePlan {
  readonly steps: readonly Step[];
  readonly refusals: readonly { readonly urn: string; readonly text: string }[];
}

/** Plans to delete replaced resources, and those that the program no longer has. */
export function planDeletes(
  previous: readonly ResourceState[],
  record: PlanRecord,
  targets: Targets | undefined,
): DeletePlan {
  const steps: Step[] = [];
  const condemned = targets?.condemned(previous);
  for (const state of previous) {
    if (condemned?.has(state.urn) === false) continue;
    if (state.delete) {
      if (record.pendingDeletes.has(state)) continue;
      record.deletes.add(state.urn);
      steps.push(makeStep("delete-replaced", { old: state }));
    } else if (!record.isKept(state.urn)) {
      record.deletes.add(state.urn);
      steps.push(makeStep(state.pendingReplacement ? "remove-pending-replace" : "delete", { old: state }));
    }
  }
  const refusals = steps.flatMap(({ urn }) => {
    const text = targets?.refusalToDelete(urn);
    return text === undefined ? [] : [{ urn, text }];
  });
  return { steps, refusals };
}

/** Groups deletes so that each group may run in parallel once those before it are done: dependents come first. */
export function scheduleDeletes(steps: readonly Step[], previous: readonly ResourceState[]): Step[][] {
  const condemned = new Map(steps.map((step) => [step.old, step]));
  const earlier = new Map<string, ResourceState[]>();
  const requirements = new Map<ResourceState, ResourceState[]>();
  for (const state of previous) {
    requirements.set(
      state,
      requirementsOf(state).flatMap((urn) => earlier.get(urn) ?? []),
    );
    earlier.set(state.urn, [...(earlier.get(state.urn) ?? []), state]);
  }
  const groups: Step[][] = [];
  while (condemned.size > 0) {
    const free = [...condemned].filter(
      ([state]) =>
        state === undefined || !(requirements.get(state) ?? []).some((needed) => condemned.has(needed)),
    );
    for (const [state] of free) condemned.delete(state);
    groups.unshift(free.map(([, step]) => step));
  }
  return groups;
}
