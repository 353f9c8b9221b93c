import { parseReference, type ResourceState, requirementsOf } from "../state/resourceState.ts";
import { unknown } from "../values/propertyValue.ts";
import type { PlanRecord } from "./planRecord.ts";
import { applyReplaceOnChanges, diffResource } from "./resourceDiff.ts";
import type { RunContext } from "./runContext.ts";
import { asksForReplacement } from "./step.ts";

/** A resource that has to be replaced because one it depends on is deleted first. */
export interface DependentReplacement {
  readonly dependent: ResourceState;
  readonly keys: readonly string[];
}

/**
 * The dependents of `root` that cannot outlive it, in dependency order: those whose provider wants a replacement once
 * what they take from the replaced resources is unknown.
 */
export async function dependentReplacements(
  context: RunContext,
  record: PlanRecord,
  root: ResourceState,
): Promise<DependentReplacement[]> {
  const replaced = new Set([root.urn]);
  const found: DependentReplacement[] = [];
  for (const dependent of dependentsOf(context.previous, record, root)) {
    const keys = await replaceKeysOf(context, dependent, replaced);
    if (keys === undefined) continue;
    replaced.add(dependent.urn);
    found.push({ dependent, keys });
  }
  return found;
}

// A resource that was registered before the root cannot depend on it any more.
function dependentsOf(
  previous: readonly ResourceState[],
  record: PlanRecord,
  root: ResourceState,
): ResourceState[] {
  const dependentUrns = new Set([root.urn]);
  return previous.slice(previous.indexOf(root) + 1).filter((state) => {
    if (record.isOperatedOn(state.urn)) return false;
    if (!requirementsOf(state).some((urn) => dependentUrns.has(urn))) return false;
    dependentUrns.add(state.urn);
    return true;
  });
}

async function replaceKeysOf(
  context: RunContext,
  state: ResourceState,
  replaced: ReadonlySet<string>,
): Promise<readonly string[] | undefined> {
  if (!state.custom) return undefined;
  if (state.provider !== "" && replaced.has(parseReference(state.provider).urn)) return [];
  if (state.deletedWith !== "" && replaced.has(state.deletedWith)) return [];
  const changing = Object.keys(state.inputs).filter((key) =>
    (state.propertyDependencies[key] ?? []).some((urn) => replaced.has(urn)),
  );
  if (changing.length === 0) return undefined;
  const unknowns = Object.fromEntries(changing.map((key) => [key, unknown]));
  const provider = await context.providers.get(state.provider);
  const diff = applyReplaceOnChanges(
    await diffResource(provider, state.urn, state, { ...state.inputs, ...unknowns }, state.ignoreChanges),
    state.replaceOnChanges,
    false,
  );
  return asksForReplacement(diff) ? diff.replaceKeys : undefined;
}
