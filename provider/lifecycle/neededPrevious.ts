import type { LastUse } from "../api/verification.ts";
import { isNotFound } from "../errors.ts";
import { stillNeeded } from "../rotation/retirement.ts";
import type { HeldKeys } from "./heldKeys.ts";
import type { HeldKey, PreviousKey } from "./rotatingState.ts";

/** Whether the previous key is still in use, by somebody else or by this run. Says so if it is. */
export async function isPreviousNeeded(keys: HeldKeys, previous: PreviousKey): Promise<boolean> {
  if (await staysForCaller(keys, previous)) return true;
  const { unlessUsedWithin, onceCurrentUsed } = keys.policy;
  if (previous.inactiveSince !== undefined) return false;
  const { current } = keys.state;
  const use = unlessUsedWithin === undefined ? undefined : await lastUse(keys, previous);
  const ofCurrent = onceCurrentUsed && current ? await lastUse(keys, current).catch(unusedIfGone) : undefined;
  const uses = { previous: use?.at, current: ofCurrent?.at };
  const need = stillNeeded(previous, keys.policy, uses, keys.own.session.earliestNow());
  if (need === "used")
    stays(keys, previous, `it is still used: last at ${use?.at}${use?.by ? ` by ${use.by}` : ""}`);
  if (need === "currentUnused")
    stays(keys, previous, `the current key ${current?.id} was not used yet, as far as the API shows`);
  return need !== undefined;
}

/** Whether this run authenticates with the previous key. Says so if it does. */
export async function staysForCaller(keys: HeldKeys, previous: PreviousKey): Promise<boolean> {
  const { kind, session } = keys.own;
  if (!(await kind.callerNeeds?.(session, previous.id, previous))) return false;
  stays(keys, previous, "this run authenticates with it");
  return true;
}

/** Says why the previous key stays, to the person and to the audit log. */
export function stays({ own }: HeldKeys, previous: PreviousKey, reason: string): void {
  own.warn(`its previous key ${previous.id} stays, because ${reason}`);
  own.events.happened("refused", { keyId: previous.id, step: "delete", reason });
}

async function lastUse({ own }: HeldKeys, key: HeldKey): Promise<LastUse | undefined> {
  return own.kind.lastUse?.(own.session, key.id, key);
}

/** A key that was deleted elsewhere counts as unused. */
function unusedIfGone(error: unknown): undefined {
  if (!isNotFound(error)) throw error;
}
