import type { Kind, Properties } from "../kinds/kind.ts";
import type { Session } from "../session.ts";
import { MARK } from "./mark.ts";
import { OwnKeys } from "./ownKeys.ts";
import type { RotatingState } from "./rotatingState.ts";

/** What is the same for all calls of one rotating resource. */
export interface RotatingResource {
  readonly type: string;
  readonly kind: Kind;
  readonly session: Session;
  /** The names of its inputs. */
  readonly names: readonly string[];
}

/** The keys of the resource. Those that its state holds count as known. */
export function ownKeysOf(
  { type, kind, session }: RotatingResource,
  outputs: Properties,
  inputs: Properties,
): OwnKeys {
  const own = new OwnKeys(type, kind, session, outputs, inputs);
  const { current, previous, abandoned = [] } = outputs as RotatingState;
  for (const key of [previous, current]) if (key) own.holds(key.id, key[MARK]);
  for (const id of abandoned) own.owner.know(id);
  return own;
}
