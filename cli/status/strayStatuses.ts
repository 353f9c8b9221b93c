import { isRotating } from "../../provider/lifecycle/loadLifecycle.ts";
import type { RotatingState } from "../../provider/lifecycle/rotatingState.ts";
import type { StoredResource } from "../../stack/storedResource.ts";
import type { Use } from "../apiView.ts";
import type { Stray } from "../strays/stray.ts";
import { blank, momentOf, type Subject, UNKNOWN_NEXT } from "./heldStatus.ts";
import type { KeyState, KeyStatus, Next } from "./keyStatus.ts";
import type { Rehearsal } from "./rehearsal.ts";

const PENDING: Readonly<Record<string, KeyState>> = {
  creating: "pendingCreation",
  updating: "pendingUpdate",
  deleting: "pendingDeletion",
  reading: "pendingRead",
};

/** The status of a resource that an interrupted run was working on. */
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

/** The status of a key that no state holds. No run can tell whose it is, only a person. */
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

/** The keys beside those that the resource holds that the next run deletes. */
export async function abandonedStatuses(
  { resource, kind, api }: Subject,
  { acts }: Rehearsal,
  ownIds: readonly string[],
): Promise<KeyStatus[]> {
  const deleted = acts.filter(({ what }) => what === "delete").map(({ id }) => id);
  const remembered = (resource.outputs as RotatingState).abandoned ?? [];
  const ids = [...new Set([...remembered, ...deleted])].filter((id) => !ownIds.includes(id));
  const why = (id: string) =>
    remembered.includes(id) ? "an earlier run could not delete it" : "an interrupted run left it behind";
  const next = (id: string): Next =>
    deleted.includes(id)
      ? { action: "delete", reason: "interrupted", text: `deleted: ${why(id)}` }
      : UNKNOWN_NEXT;
  return Promise.all(
    ids.map(async (id) => {
      const use: Use = await api.use(kind, id, resource.outputs);
      return { ...blank(resource), state: "abandoned" as const, keyId: id, use, next: next(id) };
    }),
  );
}
