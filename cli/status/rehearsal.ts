import { IamKeysError, PartialFailure } from "../../provider/errors.ts";
import type { Kind, Properties } from "../../provider/kinds/kind.ts";
import type { Lifecycle } from "../../provider/lifecycle/contract.ts";
import { DerivedOutputs } from "../../provider/lifecycle/derivedOutputs.ts";
import { isRotating, lifecycleOf } from "../../provider/lifecycle/loadLifecycle.ts";
import type { Outlook } from "../../provider/rotation/outlook.ts";
import type { StoredResource } from "../../stack/storedResource.ts";
import type { ApiView } from "../apiView.ts";
import { type Act, rehearsedKind } from "./rehearsedKind.ts";

/** What the next run does to a resource, if its program is as it was. */
export interface Rehearsal {
  readonly does: "refuse" | "replace" | "update" | "delete" | "nothing";
  /** The inputs as that run checks them. */
  readonly inputs: Properties;
  /** The properties that its preview names. */
  readonly because: readonly string[];
  /** What its preview says of the key in use. */
  readonly outlook?: Outlook | undefined;
  /** In their order. */
  readonly acts: readonly Act[];
  /** Why it fails, if that can be foreseen. */
  readonly failure?: string;
}

/** Has the resource's own lifecycle go through the next run, with a kind that does nothing. */
export async function rehearse(stored: StoredResource, kind: Kind, api: ApiView): Promise<Rehearsal> {
  const derived = new DerivedOutputs(kind, isRotating(stored.type));
  const resource = { ...stored, outputs: derived.without(stored.outputs) };
  const acts: Act[] = [];
  const lifecycle = lifecycleOf(resource.type, rehearsedKind(kind, api, acts), api.session);
  let plan: Rehearsal = { does: "nothing", inputs: resource.inputs, because: [], acts };
  try {
    plan = await planned(resource, lifecycle, acts);
    await carryOut(resource, lifecycle, plan);
  } catch (error) {
    if (!(error instanceof IamKeysError || error instanceof PartialFailure)) throw error;
    return { ...plan, failure: error.message };
  }
  return plan;
}

/** What the engine plans after it has asked the provider. */
async function planned(
  { id, inputs: stored, outputs, isReplaced, isUnfinished }: StoredResource,
  lifecycle: Lifecycle,
  acts: readonly Act[],
): Promise<Rehearsal> {
  if (isReplaced) return { does: "delete", inputs: stored, because: [], acts };
  const { inputs, problems } = await lifecycle.check(stored, stored);
  if (problems.length > 0) return { does: "refuse", inputs, because: [], acts, failure: problems.join("; ") };
  const { replaces, updates, outlook } = await lifecycle.diff(id, outputs, inputs);
  if (replaces.length > 0) return { does: "replace", inputs, because: replaces, outlook, acts };
  // The engine goes on with a resource that was left unfinished, although nothing of it differs.
  const does = updates.length > 0 || isUnfinished ? "update" : "nothing";
  return { does, inputs, because: updates, outlook, acts };
}

async function carryOut(
  { id, outputs }: StoredResource,
  lifecycle: Lifecycle,
  { does, inputs }: Rehearsal,
): Promise<void> {
  if (does === "replace") await lifecycle.create((await lifecycle.check({}, inputs)).inputs);
  if (does === "update") await lifecycle.update(id, outputs, inputs);
  if (does === "replace" || does === "delete") await lifecycle.delete(id, outputs);
}
