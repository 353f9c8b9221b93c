import { IamKeysError } from "../../provider/errors.ts";
import type { Kind, Properties } from "../../provider/kinds/kind.ts";
import { dueByAge } from "../../provider/lifecycle/keyDecision.ts";
import { isRotating, loadWholeKind } from "../../provider/lifecycle/loadLifecycle.ts";
import { hasRevertOrder } from "../../provider/lifecycle/revertOrder.ts";
import { retirementPolicy } from "../../provider/lifecycle/rotatingLifecycle.ts";
import type { HeldKey, PreviousKey, RotatingState } from "../../provider/lifecycle/rotatingState.ts";
import { isUnsettled } from "../../provider/lifecycle/unsettled.ts";
import { keepSecret } from "../../provider/redact.ts";
import { comingStep, retirementStep } from "../../provider/rotation/retirement.ts";
import { UNKNOWN } from "../../provider/unknown.ts";
import type { StoredResource } from "../../stack/storedResource.ts";
import type { ApiView, Use } from "../apiView.ts";
import type { Stray } from "../strays/stray.ts";
import type { KeyState, KeyStatus, Next } from "./keyStatus.ts";
import { nextOfCurrent } from "./nextOfCurrent.ts";
import { nextOfPrevious } from "./nextOfPrevious.ts";
import { type Rehearsal, rehearse } from "./rehearsal.ts";

const GONE = "The API has no such key. `pulumi refresh` records that in the state.";
const ENCRYPTED =
  "The state holds the rest of the rotating resources' keys encrypted. To show it, set the stack's passphrase in PULUMI_CONFIG_PASSPHRASE, or use the Pulumi CLI.";

/** What is to be known of the keys of a resource. */
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

/** What a run that was cut off was doing. */
export function pendingStatus(resource: StoredResource & { readonly pending: string }): KeyStatus {
  const { id, pending } = resource;
  const state = PENDING[pending] ?? "pendingUpdate";
  const text =
    state === "pendingCreation"
      ? "an earlier run was interrupted: a key that it may have made carries its name"
      : "an earlier run was interrupted: `pulumi refresh` finds out what it did";
  return {
    ...blank(resource),
    state,
    keyId: id === "" || isRotating(resource.type) ? undefined : id,
    next: { action: "unknown", reason: "interrupted", text },
  };
}

/** A key that no state holds, of which no run but only a person can say whose it is. */
export function leftoverStatus({ id, resource, createdAt, use }: Stray): KeyStatus {
  return {
    ...blank(resource),
    state: "leftover",
    keyId: id,
    createdAt: momentOf(createdAt),
    use,
    next: { action: "none", text: "nothing: if nobody has it, `iam-keys sweep` deletes it" },
    notes: use.known || use.why === undefined ? [] : [use.why],
  };
}

const PENDING: Readonly<Record<string, KeyState>> = {
  creating: "pendingCreation",
  updating: "pendingUpdate",
  deleting: "pendingDeletion",
  reading: "pendingRead",
};

interface Subject {
  readonly resource: StoredResource;
  readonly kind: Kind;
  readonly api: ApiView;
  readonly now: number;
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

/** What stands in the clear, where nobody can tell one key from the other. */
async function encryptedStatuses(subject: Subject): Promise<KeyStatus[]> {
  const { resource, kind, api, now } = subject;
  const { current, previous, ...outputs } = resource.outputs;
  const { list: _, ...unlisted } = kind;
  // No API knows a key whose id is not known.
  const blind: Kind = { ...unlisted, read: async (_session, _id, held) => held };
  const inTheClear = {
    ...outputs,
    ...(current ? { current: { id: UNKNOWN, createdAt: outputs.keySince } } : {}),
  };
  // Only for an order to go back does it count that there is a previous key, whatever it is like.
  const isOrdered = previous !== undefined && hasRevertOrder(api.session.ports, resource.inputs, outputs);
  const readable = {
    ...resource,
    outputs: isOrdered
      ? { ...inTheClear, previous: { id: UNKNOWN, replacedAt: outputs.keySince } }
      : inTheClear,
  };
  const rehearsal = await rehearse(readable, blind, api);
  const encrypted = { ...blank(resource), notes: [ENCRYPTED] };
  const facts = nameless(currentFacts({ ...subject, resource: readable }, rehearsal));
  return [
    {
      ...encrypted,
      ...facts,
      isOverdue: isOverdue(facts, undefined, now),
      createdAt: momentOf(outputs.keySince),
    },
    ...(previous
      ? [
          {
            ...encrypted,
            state: "previous" as const,
            next: { ...UNKNOWN_NEXT, reason: "encrypted" as const },
          },
        ]
      : []),
    ...(await abandonedStatuses(subject, rehearsal, [UNKNOWN])),
  ];
}

type Facts = Pick<KeyStatus, "state" | "next" | "dueAt">;

/** The facts in words that name no key by what stands for its id. */
function nameless({ next, ...facts }: Facts): Facts {
  const text = next.text
    .replaceAll(`previous key ${UNKNOWN}`, "previous key")
    .replaceAll(UNKNOWN, "the current key");
  return { ...facts, next: { ...next, text } };
}

function currentFacts({ resource, kind }: Subject, rehearsal: Rehearsal): Facts {
  const { inputs, outputs, isReplaced } = resource;
  return isReplaced
    ? { state: "pendingDeletion", next: nextOfReplaced(rehearsal) }
    : {
        state: "current",
        dueAt: dueByAge(kind, inputs, outputs),
        next: nextOfCurrent(resource, kind, rehearsal),
      };
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

/** A key that exists, with what the API says of it. */
async function heldStatus(
  { resource, kind, api, now }: Subject,
  id: string,
  key: Properties | HeldKey,
  facts: Facts,
): Promise<KeyStatus> {
  const use = await api.use(kind, id, { ...resource.outputs, ...key });
  const expiresAt = momentOf(key.expiresAt);
  return {
    ...blank(resource),
    ...facts,
    keyId: id,
    createdAt: momentOf(key.createdAt ?? key.createDate ?? resource.outputs.keySince),
    expiresAt,
    isOverdue: isOverdue(facts, expiresAt, now),
    use,
    notes: use.known ? (use.isGone ? [GONE] : []) : use.why === undefined ? [] : [use.why],
  };
}

/** Keys of the resource beside those that it holds: the next run deletes them. */
async function abandonedStatuses(
  { resource, kind, api }: Subject,
  { acts }: Rehearsal,
  ownIds: readonly string[],
): Promise<KeyStatus[]> {
  const deleted = acts.filter(({ what }) => what === "delete").map(({ id }) => id);
  const remembered = (resource.outputs as RotatingState).abandoned ?? [];
  const ids = [...new Set([...remembered, ...deleted])].filter((id) => !ownIds.includes(id));
  const next = (id: string): Next =>
    deleted.includes(id)
      ? { action: "delete", reason: "interrupted", text: "deleted: an interrupted run left it behind" }
      : UNKNOWN_NEXT;
  return Promise.all(
    ids.map(async (id) => {
      const use: Use = await api.use(kind, id, resource.outputs);
      return { ...blank(resource), state: "abandoned" as const, keyId: id, use, next: next(id) };
    }),
  );
}

function nextOfReplaced({ failure }: Rehearsal): Next {
  const text = "deleted: another key took its place";
  return failure === undefined
    ? { action: "delete", reason: "replaced", text }
    : { action: "fail", reason: "replaced", text: `${text}; the run fails: ${failure}` };
}

const UNKNOWN_NEXT: Next = { action: "unknown", text: "not known" };

function blank({ name, urn, type }: StoredResource): KeyStatus {
  const use = { known: false } as const;
  return { resource: name, urn, type, state: "only", isOverdue: false, use, next: UNKNOWN_NEXT, notes: [] };
}

/** Whether something should have been done by now that was not, whatever holds it back. */
function isOverdue({ dueAt, next }: Facts, expiresAt: number | undefined, now: number): boolean {
  return next.reason === "ordered" || [dueAt, expiresAt].some((at) => at !== undefined && at <= now);
}

function earliest(...moments: readonly (number | undefined)[]): number | undefined {
  const known = moments.filter((at) => at !== undefined);
  return known.length > 0 ? Math.min(...known) : undefined;
}

function momentOf(text: unknown): number | undefined {
  const at = typeof text === "string" ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

/** No later message shows them, whatever a server may repeat. */
function keepSecrets({ secretOutputs }: Kind, key: Properties): void {
  for (const name of secretOutputs) {
    const secret = key[name];
    if (typeof secret === "string" && secret !== UNKNOWN) keepSecret(secret);
  }
}
