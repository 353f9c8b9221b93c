import type { Use } from "../apiView.ts";

/** The stage of a key's life. */
export type KeyState =
  /** The one key of a resource that is not a rotating one. */
  | "only"
  /** The two keys of a rotating resource. */
  | "current"
  | "previous"
  /** The API refuses it, until it is made active again or deleted. */
  | "inactive"
  /** Proven to be nobody's, or replaced by an order: no run could delete it yet. */
  | "abandoned"
  /** It carries the name of its resource, in no state; it stays. */
  | "leftover"
  /** It was replaced, and a run that was to delete it did not come to that. */
  | "pendingDeletion"
  /** A run was cut off while it did that. */
  | "pendingCreation"
  | "pendingUpdate"
  | "pendingRead";

/** What the next run does to a key. */
export type Action =
  | "none"
  /** A new key takes its place: beside it, or instead of it. */
  | "rotate"
  | "replace"
  /** The previous key takes its place again. */
  | "revert"
  | "update"
  | "deactivate"
  | "reactivate"
  | "delete"
  /** What is due is held back. */
  | "hold"
  | "fail"
  | "unknown";

export type Reason =
  | "due"
  | "expiring"
  | "ordered"
  | "changed"
  | "keyMissing"
  | "secretMissing"
  | "paused"
  | "window"
  | "previousInTheWay"
  | "overlapOver"
  | "graceOver"
  | "makesRoom"
  | "undo"
  | "inUse"
  | "ownCredential"
  | "interrupted"
  | "replaced"
  | "refused"
  | "encrypted";

export interface Next {
  readonly action: Action;
  readonly reason?: Reason | undefined;
  /** The same for a reader. */
  readonly text: string;
}

/** One key, and what is known of it. Moments in milliseconds since the epoch. */
export interface KeyStatus {
  readonly resource: string;
  readonly urn: string;
  readonly type: string;
  readonly state: KeyState;
  /** Absent if there is none, or if it is unknown. */
  readonly keyId?: string | undefined;
  readonly createdAt?: number | undefined;
  /** When it is due, or, if it was replaced, when the next step of its retirement is. */
  readonly dueAt?: number | undefined;
  readonly expiresAt?: number | undefined;
  readonly isOverdue: boolean;
  readonly use: Use;
  readonly next: Next;
  /** What is not known of it, and what would help. */
  readonly notes: readonly string[];
}
