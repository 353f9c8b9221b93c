import { IamKeysError } from "../../provider/errors.ts";
import type { Kind, Properties } from "../../provider/kinds/kind.ts";
import { dueByAge } from "../../provider/lifecycle/keyDecision.ts";
import { isRotating, loadWholeKind } from "../../provider/lifecycle/loadLifecycle.ts";
import { retirementPolicy } from "../../provider/lifecycle/rotatingInputs.ts";
import type { PreviousKey, RotatingState } from "../../provider/lifecycle/rotatingState.ts";
import { isUnsettled } from "../../provider/lifecycle/unsettled.ts";
import { keepSecret } from "../../provider/redact.ts";
import { comingStep, retirementStep } from "../../provider/rotation/retirement.ts";
import { UNKNOWN } from "../../provider/unknown.ts";
import type { StoredResource } from "../../stack/storedResource.ts";
import type { ApiView } from "../apiView.ts";
import { currentFacts, nextOfReplaced } from "./currentFacts.ts";
import { encryptedStatuses } from "./encryptedStatuses.ts";
import { blank, heldStatus, type Subject } from "./heldStatus.ts";
import type { KeyStatus } from "./keyStatus.ts";
import { nextOfCurrent } from "./nextOfCurrent.ts";
import { nextOfPrevious } from "./nextOfPrevious.ts";
import { type Rehearsal, rehearse } from "./rehearsal.ts";
import { abandonedStatuses } from "./strayStatuses.ts";

/** The status of each key of a resource. */
export async function keyStatuses(resource: StoredResource, api: ApiView): Promise<KeyStatus[]> {
  let kind: Kind;
  try {
    kind = await loadWholeKind(resource.type);
  } catch (error) {
    if (!(error instanceof IamKeysError)) throw error;
    return [{ ...blank(resource), state: "only", keyId: resource.id, notes: [error.message] }];
  }
  const subject = { resource, kind, api, now: api.session.ports.now() };
  return isRotating(resource.type) ? rotatingStatuses(subject) : singleStatuses(subject);
}

async function singleStatuses(subject: Subject): Promise<KeyStatus[]> {
  const { resource, kind, api } = subject;
  const { id, inputs, outputs, isReplaced } = resource;
  keepSecrets(kind, outputs);
  const rehearsal = await rehearse(resource, kind, api);
  const abandoned = await abandonedStatuses(subject, rehearsal, [id]);
  if (isUnsettled(id)) {
    const next = nextOfCurrent(resource, kind, rehearsal);
    return [{ ...blank(resource), state: "pendingCreation", next }, ...abandoned];
  }
  const renewal = kind.renewal?.(outputs, inputs)?.from;
  const dueAt = earliest(renewal, dueByAge(kind, inputs, outputs));
  const state = outputs.status === "Inactive" ? "inactive" : "only";
  const key = await heldStatus(subject, id, outputs, {
    ...(isReplaced
      ? { state: "pendingDeletion", next: nextOfReplaced(rehearsal) }
      : { state, dueAt, next: nextOfCurrent(resource, kind, rehearsal) }),
  });
  return [key, ...abandoned];
}

async function rotatingStatuses(subject: Subject): Promise<KeyStatus[]> {
  const { resource, kind, api } = subject;
  const { current, previous } = resource.outputs;
  if ([current, previous].includes(UNKNOWN)) return encryptedStatuses(subject);
  const state = resource.outputs as RotatingState;
  for (const key of [state.current, state.previous]) if (key) keepSecrets(kind, key);
  const rehearsal = await rehearse(resource, kind, api);
  const ids = [state.current, state.previous].flatMap((key) => key?.id ?? []);
  return [
    state.current
      ? await heldStatus(subject, state.current.id, state.current, currentFacts(subject, rehearsal))
      : { ...blank(resource), ...currentFacts(subject, rehearsal) },
    ...(state.previous ? [await previousStatus(subject, state.previous, rehearsal)] : []),
    ...(await abandonedStatuses(subject, rehearsal, ids)),
  ];
}

async function previousStatus(
  subject: Subject,
  previous: PreviousKey,
  rehearsal: Rehearsal,
): Promise<KeyStatus> {
  const { resource, kind, api, now } = subject;
  if (resource.isReplaced) {
    const next = nextOfReplaced(rehearsal);
    return heldStatus(subject, previous.id, previous, { state: "pendingDeletion", next });
  }
  const policy = retirementPolicy(resource.inputs);
  const canDeactivate = kind.setActive !== undefined;
  const coming = comingStep(previous, policy, canDeactivate);
  const step = retirementStep(previous, policy, canDeactivate, now);
  const use = await api.use(kind, previous.id, { ...resource.outputs, ...previous });
  return heldStatus(subject, previous.id, previous, {
    state: previous.inactiveSince === undefined ? "previous" : "inactive",
    dueAt: coming && Number.isFinite(coming.from) ? coming.from : undefined,
    next: nextOfPrevious(previous, step, policy, rehearsal, use, kind.requireRoom !== undefined),
  });
}

function earliest(...moments: readonly (number | undefined)[]): number | undefined {
  const known = moments.filter((at) => at !== undefined);
  return known.length > 0 ? Math.min(...known) : undefined;
}

/** From now on, no message shows the secrets of the key, even if a server repeats them. */
function keepSecrets({ secretOutputs }: Kind, key: Properties): void {
  for (const name of secretOutputs) {
    const secret = key[name];
    if (typeof secret === "string" && secret !== UNKNOWN) keepSecret(secret);
  }
}
