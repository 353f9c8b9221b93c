import type { OneKey } from "../kinds/kind.ts";

/** One key of a rotating resource: what its kind gives, and where it stands in its life. */
export interface HeldKey extends OneKey {
  /** RFC 3339. */
  readonly createdAt: string;
}

/** The key before the current one, on its way out. */
export interface PreviousKey extends HeldKey {
  readonly replacedAt: string;
  readonly inactiveSince?: string | undefined;
}

/** What a rotating resource holds beside its inputs. */
export interface RotatingState {
  /** Absent if somebody deleted it elsewhere, until the next run. */
  readonly current?: HeldKey | undefined;
  readonly previous?: PreviousKey | undefined;
  /** The ids of keys that could not be deleted yet: keys of no use, and keys that an order replaced in their overlap. */
  readonly abandoned?: readonly string[] | undefined;
  /** What was delivered of those that a program had: each entry has the key's id, and what it takes to withdraw it. */
  readonly deliveries?: readonly OneKey[] | undefined;
  /** The mark of the newest key that it ever held. */
  readonly mark?: string | undefined;
  /** When the current key was made. */
  readonly keySince?: string | undefined;
  /** The token of the last order to rotate at once that was carried out. */
  readonly rotateNow?: string | undefined;
  /** The tokens of those before it, the oldest first; absent if there was none. */
  readonly earlierRotateNow?: readonly string[] | undefined;
  /** The token of the last order to go back to the previous key that was carried out, or that was older than the first. */
  readonly revertNow?: string | undefined;
  /** The tokens of those before it, the oldest first; absent if there was none. */
  readonly earlierRevertNow?: readonly string[] | undefined;
}
