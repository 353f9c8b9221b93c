import { messageOf } from "../failure.ts";
import { InitializationFailure } from "../providers/providerClient.ts";
import { isProviderType, type ResourceState } from "../state/resourceState.ts";
import { deepEquals } from "../values/propertyValue.ts";
import { Limiter } from "./limiter.ts";
import { diffResource } from "./resourceDiff.ts";
import type { RunContext } from "./runContext.ts";
import { markSecretOutputs } from "./secretOutputs.ts";
import { makeStep } from "./step.ts";

/** Whether the providers could all be asked, and the resources as they now are. */
export interface Refreshed {
  readonly resources: readonly ResourceState[];
  readonly failed: boolean;
}

/** Asks the providers what has become of every resource. */
export async function refreshResources(context: RunContext, parallel: number): Promise<Refreshed> {
  const limiter = new Limiter(parallel);
  const targeted = context.targets?.included(context.previous);
  const results = await Promise.allSettled(
    context.previous.map((state) =>
      limiter.run(async () =>
        targeted?.has(state.urn) === false ? state : await refreshOne(context, state),
      ),
    ),
  );
  const resources: ResourceState[] = [];
  let failed = false;
  for (const [index, result] of results.entries()) {
    const before = context.previous[index];
    if (result.status === "rejected") failed = true;
    // What could not be asked about is kept as it was.
    const after = result.status === "fulfilled" ? result.value : before;
    if (after !== undefined) resources.push(after);
  }
  return { resources: withoutDangling(resources), failed: failed || context.cancellation.cancelled };
}

async function refreshOne(context: RunContext, old: ResourceState): Promise<ResourceState | undefined> {
  if (context.cancellation.cancelled) return old;
  if (!old.custom || isProviderType(old.type) || old.pendingReplacement) {
    context.events.stepStarted(makeStep("refresh", { old, new: old }));
    context.events.stepEnded(makeStep("refresh", { old, new: old, result: "same" }), 0, undefined);
    return old;
  }
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  context.events.stepStarted(makeStep("refresh", { old, new: old }));
  try {
    const found = await read(context, old);
    const parts =
      found === undefined
        ? { old, result: "delete" as const }
        : { old, new: found.state, result: found.differs ? ("update" as const) : ("same" as const) };
    context.events.stepEnded(makeStep("refresh", parts), seconds(), undefined);
    return found?.state;
  } catch (error) {
    const failure = error instanceof Error ? error : new Error(String(error));
    context.events.stepEnded(makeStep("refresh", { old, new: old }), seconds(), failure);
    context.events.message("error", old.urn, messageOf(failure));
    // The others are asked all the same.
    throw failure;
  }
}

// What became of a resource, and whether an update would have to change it back; nothing when it is gone.
async function read(
  context: RunContext,
  old: ResourceState,
): Promise<{ state: ResourceState; differs: boolean } | undefined> {
  const provider = await context.providers.get(old.provider);
  const after: ResourceState = { ...old, initErrors: [] };
  try {
    const found = await provider.read(old.urn, old.id, old);
    if (found.id === "") return undefined;
    Object.assign(after, { id: found.id, outputs: found.outputs, inputs: found.inputs ?? old.inputs });
  } catch (error) {
    if (!(error instanceof InitializationFailure)) throw error;
    // It is there, but not well: that is for the next update to mend.
    const reasons = error.reasons.map((reason) => `\n* ${reason}`).join("");
    context.events.message("warning", old.urn, `Refreshed resource is in an unhealthy state:${reasons}`);
    Object.assign(after, {
      id: error.id,
      outputs: error.outputs,
      inputs: error.inputs ?? old.inputs,
      initErrors: error.reasons,
    });
  }
  markSecretOutputs(after);
  if (!deepEquals(old.outputs, after.outputs) || !deepEquals(old.inputs, after.inputs)) {
    after.modified = new Date().toISOString();
  }
  const diff = await diffResource(provider, after.urn, after, old.inputs, old.ignoreChanges);
  return { state: after, differs: diff.changes === "some" };
}

// A resource must refer to none that is gone, nor to one that comes after it. Empty lists of dependencies go too, as with
// the CLI.
function withoutDangling(resources: readonly ResourceState[]): ResourceState[] {
  const before = new Set<string>();
  const isBefore = (urn: string) => before.has(urn);
  return resources.map((state) => {
    const { parent, deletedWith, dependencies, propertyDependencies } = state;
    const kept = {
      ...state,
      parent: isBefore(parent) ? parent : "",
      deletedWith: isBefore(deletedWith) ? deletedWith : "",
      dependencies: dependencies.filter(isBefore),
      propertyDependencies: Object.fromEntries(
        Object.entries(propertyDependencies)
          .map(([key, urns]) => [key, urns.filter(isBefore)] as const)
          .filter(([, urns]) => urns.length > 0),
      ),
    };
    before.add(state.urn);
    return kept;
  });
}
