import type { Kind, Properties } from "../../provider/kinds/kind.ts";
import type { HeldKey } from "../../provider/lifecycle/rotatingState.ts";
import type { StoredResource } from "../../stack/storedResource.ts";
import type { ApiView } from "../apiView.ts";
import type { KeyStatus, Next } from "./keyStatus.ts";

const GONE = "The API has no such key. `pulumi refresh` records that in the state.";

/** A resource whose keys are asked about. */
export interface Subject {
  readonly resource: StoredResource;
  readonly kind: Kind;
  readonly api: ApiView;
  readonly now: number;
}

/** What is known of a key without the API. */
export type Facts = Pick<KeyStatus, "state" | "next" | "dueAt">;

export const UNKNOWN_NEXT: Next = { action: "unknown", text: "not known" };

/** The status of a key before anything is known of it. */
export function blank({ name, urn, type }: StoredResource): KeyStatus {
  const use = { known: false } as const;
  return { resource: name, urn, type, state: "only", isOverdue: false, use, next: UNKNOWN_NEXT, notes: [] };
}

/** The status of a key that the state holds, with what the API says of it. */
export async function heldStatus(
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

/** Whether something should have happened by now and did not, for whatever reason. */
export function isOverdue({ dueAt, next }: Facts, expiresAt: number | undefined, now: number): boolean {
  return next.reason === "ordered" || [dueAt, expiresAt].some((at) => at !== undefined && at <= now);
}

/** In milliseconds since the epoch; undefined if the text is no moment. */
export function momentOf(text: unknown): number | undefined {
  const at = typeof text === "string" ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}
