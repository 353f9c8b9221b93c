import { clockWords } from "../api/clockFault.ts";
import { isListRefused, isNotFound } from "../errors.ts";
import type { Properties } from "../kinds/kind.ts";
import { CUT_OFF, retirementReason } from "../rotation/outlook.ts";
import { retirementStep } from "../rotation/retirement.ts";
import type { HeldKeys } from "./heldKeys.ts";
import { isPreviousNeeded, stays, staysForCaller } from "./neededPrevious.ts";
import type { PreviousKey } from "./rotatingState.ts";

/** Takes the next step in the retirement of the previous key, if a step is due and nobody uses the key. */
export async function retirePrevious(keys: HeldKeys): Promise<void> {
  const { previous } = keys.state;
  if (!previous) return;
  try {
    await retire(keys, previous);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    // Somebody deleted it elsewhere, which ends its retirement.
    keys.become({ previous: undefined });
  }
}

/** Deletes the key that was current until now, because its policy has no overlap. */
export async function deletePrevious(keys: HeldKeys): Promise<void> {
  const { previous } = keys.state;
  if (!previous || (await staysForCaller(keys, previous))) return;
  if (await keys.isAnothers(previous)) return keys.become({ previous: undefined });
  keys.own.warn(`its previous key ${previous.id} is deleted at once: ${CUT_OFF}`);
  await keys.own.end(keys.whole(previous), "its policy has no overlap");
  keys.become({ previous: undefined });
}

async function retire(keys: HeldKeys, previous: PreviousKey): Promise<void> {
  const { own, policy } = keys;
  const { session } = own;
  const canDeactivate = own.kind.setActive !== undefined;
  const step = retirementStep(previous, policy, canDeactivate, session.ports.now());
  if (step === "keep") return;
  if (await keys.isAnothers(previous)) return keys.become({ previous: undefined });
  const reason = retirementReason(step, previous);
  if (step === "reactivate") {
    const { inactiveSince: _, ...active } = await withActive(keys, previous, true, reason);
    return keys.become({ previous: active as PreviousKey });
  }
  // A reply of the server also says what time it is. If the clock of this machine is ahead, it would end the overlap early.
  const mustLook = session.aheadMs === undefined || previous.inactiveSince !== undefined;
  const live = mustLook ? await liveOf(keys, previous) : previous;
  if (!live) return keys.become({ previous: undefined });
  if (previous.inactiveSince !== undefined && live.status === "Active") return isBack(keys, previous);
  if (retirementStep(previous, policy, canDeactivate, session.earliestNow()) !== step)
    return stays(keys, previous, `its time has not come: this ${clockWords(session.aheadMs ?? 0)}`);
  if (await isPreviousNeeded(keys, previous)) return;
  if (step === "deactivate") {
    const inactive = await withActive(keys, previous, false, reason);
    return keys.become({ previous: { ...inactive, inactiveSince: keys.now() } });
  }
  await own.end(keys.whole(previous), reason);
  keys.become({ previous: undefined });
}

/** What the API says of the key. If it refuses to say, the key counts as unchanged: that reply, too, tells the time. */
async function liveOf(keys: HeldKeys, key: PreviousKey): Promise<Properties | undefined> {
  const { kind, session } = keys.own;
  try {
    return await kind.read(session, key.id, keys.whole(key));
  } catch (error) {
    if (!isListRefused(error)) throw error;
    return key;
  }
}

/** Whoever made the key active again needs it. Its grace starts again when it is inactive again. */
function isBack(keys: HeldKeys, { inactiveSince: _, ...previous }: PreviousKey): void {
  keys.become({ previous: { ...previous, status: "Active" } });
  stays(
    keys,
    previous,
    'somebody has made it active again. A later run makes it inactive once more; retire: "undo" keeps it',
  );
}

async function withActive(
  { own }: HeldKeys,
  previous: PreviousKey,
  active: boolean,
  reason: string,
): Promise<PreviousKey> {
  const { kind, session, events } = own;
  const { id } = previous;
  const changed = await events.step(
    active ? "promoted" : "retired",
    { keyId: id, step: active ? "reactivate" : "deactivate", reason },
    async () => kind.setActive?.(session, id, previous, active),
  );
  return { ...previous, ...changed };
}
